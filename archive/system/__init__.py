"""The operating system: files, processes, terminals, and the confinement of processes that read documents."""
