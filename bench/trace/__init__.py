"""What it costs a program to be traced: ours beside a plain settrace hook and hunter as it comes."""
