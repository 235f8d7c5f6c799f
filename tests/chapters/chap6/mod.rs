//! Chapter 6's gateway, before models that do as a script says: each fault that real gateways have
//! had, asked of ours.

mod come_and_go;
mod deadlines;
mod endings;
mod events;
mod hang_ups;
mod heard;
mod korean;
mod limits;
mod model;
mod monday;
mod page;
mod program;
mod retrieval;
mod rude;
mod says;
mod shutdown;
mod stage;
mod upstream;
mod whole;
