//! Bad input: a clear message that names the file, exit code 2, and everything else still evaluated.
