"""The program put together: the only room that knows all the others, and wires them by constructor arguments."""
