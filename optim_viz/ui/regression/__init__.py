"""The regression lab's way from a question to its answer: settings, what is drawn of the fits, pictures, choices, words."""
