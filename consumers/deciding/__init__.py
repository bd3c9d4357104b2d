"""What people decide and judge: checked, and made into events. The same for the command line and for the console."""
