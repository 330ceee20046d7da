"""What outlives the process: settings, credentials, picture files, paths, the log file."""
