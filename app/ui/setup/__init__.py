"""Setting a server up: the steps, how each is, and what is asked in it. Above the features, whose settings it shows."""
