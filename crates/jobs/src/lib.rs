//! Durable jobs, schedules, events, and the pool for CPU work.
