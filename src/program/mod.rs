//! A chapter's program: from what was typed to runs, their record, and what a person sees.

mod app;
mod asking;
mod changed;
mod cli;
mod cores;
mod custom;
mod declared;
mod destination;
mod experiments;
mod forms;
mod header;
mod keep;
mod plan;
mod run;
mod servers;
mod show;
mod terminal;
mod wrong;
