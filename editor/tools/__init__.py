"""One pointer tool a file, without Qt: press, move, release on a document."""
