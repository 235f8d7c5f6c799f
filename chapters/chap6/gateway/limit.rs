//! How many talk to the model, how many wait for it, and what the rest is told.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use chap6::protocol::Refusal;

/// How much room there is.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// as many as the model has slots: more of them would only wait there, where nobody sees it
    pub talking: usize,
    /// short: who waits here longer than for one answer has most likely left
    pub waiting: usize,
    /// the longest that anybody waits here
    pub patience: Duration,
    /// what the rest is told: come back after so many seconds
    pub retry_after: u32,
}

// ANCHOR: limit
/// The door. Everybody who is let in has a place, from the moment of arrival: to look whether there
/// is room, and to count later, lets in everybody who looks meanwhile.
pub struct Limit {
    room: Room,
    places: Arc<Semaphore>,
    talking: Arc<Semaphore>,
}

/// A place among those who wait or talk; dropping it gives it to the next.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    talking: Arc<Semaphore>,
    patience: Duration,
    refusal: Refusal,
}

/// May talk to the model; whoever drops it gives it to the next.
#[derive(Debug)]
pub struct Permit {
    _talks: OwnedSemaphorePermit,
    _place: Place,
}

impl Limit {
    pub fn new(room: Room) -> Self {
        let places = Arc::new(Semaphore::new(room.talking + room.waiting));
        Limit { room, places, talking: Arc::new(Semaphore::new(room.talking)) }
    }

    /// Takes a place, or is refused at once. Nobody waits here.
    ///
    /// # Errors
    /// There is no place: 503 and a Retry-After.
    pub fn enter(&self) -> Result<Place, Refusal> {
        let refusal = Refusal {
            retry_after: Some(HeaderValue::from(self.room.retry_after)),
            ..Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "overloaded",
                "too many talk to the model just now, and enough wait; please come back later",
            )
        };
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => Ok(Place {
                _place: place,
                talking: Arc::clone(&self.talking),
                patience: self.room.patience,
                refusal,
            }),
            Err(_) => Err(refusal),
        }
    }
}

impl Place {
    /// Waits for a turn: first come, first served.
    ///
    /// # Errors
    /// Nobody was done within the door's patience.
    pub async fn turn(self) -> Result<Permit, Refusal> {
        let turn = Arc::clone(&self.talking).acquire_owned();
        match tokio::time::timeout(self.patience, turn).await {
            Ok(Ok(talks)) => Ok(Permit { _talks: talks, _place: self }),
            _ => Err(self.refusal),
        }
    }
}
// ANCHOR_END: limit
