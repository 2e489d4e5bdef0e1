"""A believable class of students, posting to the public address as their notebooks would."""
