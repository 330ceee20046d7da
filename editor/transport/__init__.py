"""The only HTTP code of the program."""
