//! The press: what it weaves, and that it finds each mistake an author can make.

mod across;
mod blocks;
mod damage;
mod directives;
mod doors; // tests are begun by their names: what waits for ten seconds, with many still to come
mod evidence;
mod figures;
mod finish;
mod formula;
mod latencies;
pub mod literals;
mod live;
mod live_doors;
mod mdbook;
mod mistakes;
mod news;
mod pages;
mod predict;
mod recording;
mod replay;
mod running;
mod saturation;
mod saying;
mod search;
mod served;
mod serving;
mod serving_rebuilds;
mod slips;
mod spreads;
mod streams;
mod watch_limit;
mod weaving;
mod words;
