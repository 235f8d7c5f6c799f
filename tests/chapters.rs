//! The chapters' programs, from outside: what may be typed, what is said, what is left behind.

mod a_silent_client;
mod benchmarks;
mod chap2;
mod chap6;
mod chap7;
mod dependencies;
mod gone;
mod kept;
mod layers;
mod live;
mod ours;
mod refusals;
mod robust;
mod runs;
mod serving;
mod shown;
mod steps;
mod streams;
