package skips
