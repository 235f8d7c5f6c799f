//! The press: what it weaves, and that it finds each mistake an author can make.

mod across;
mod blocks;
mod damage;
mod figures;
mod finish;
mod formula;
mod latencies;
mod live;
mod mdbook;
mod mistakes;
mod pages;
mod predict;
mod recording;
mod replay;
mod saturation;
mod saying;
mod search;
mod served;
mod serving;
mod serving_doors;
mod serving_rebuilds;
mod slips;
mod spreads;
mod streams;
mod watch_limit;
mod weaving;
