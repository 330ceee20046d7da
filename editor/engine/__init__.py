"""The embedded local engine: works on arrays, on this CPU, in its own child process."""
