// Reading.
