//! What a paper is: words and data, and the port Printer.
