//! The press: what it weaves, and that it finds each mistake an author can make.

mod across;
mod blocks;
mod figures;
mod fixture;
mod latencies;
mod mdbook;
mod mistakes;
mod recording;
mod saturation;
mod search;
mod served;
mod serving;
mod spreads;
mod weaving;
