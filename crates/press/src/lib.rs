//! Papers in print: typst behind the port Printer.
