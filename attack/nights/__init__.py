"""What breaks by itself: servers that end, disks that fill up, processes that are killed."""
