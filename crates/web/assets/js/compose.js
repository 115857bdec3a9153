// Composing.
