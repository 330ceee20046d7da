"""Pure functions on arrays: compose, feather, grow, crop and put back, convert, check."""
