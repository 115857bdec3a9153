//! REST resources under `/api`, OpenAPI 3.1, problems (RFC 9457).
//!
//! One endpoint, one file: what is sent, what comes back, the handler. The errors of the rooms become problems mechanically (`said`):
//! code, sentence and next step are theirs, the status is chosen by the code. Who calls is asked once, in `caller`.

mod agent;
mod caller;
mod case;
mod certificate;
mod custody;
mod enrolment;
mod extract;
mod house;
mod once;
mod operator;
mod partner;
mod problem;
mod refusals;
mod router;
mod said;
mod session;
mod verify;

pub use caller::{Anybody, Caller};
pub use extract::{Asked, At, Body, Upload};
pub use house::{House, Rooms};
pub use problem::Problem;
pub use router::{LARGEST_DOCUMENT, openapi, router};
