"""The regression lab's core: data sets, models, losses, batches, and what follows from them."""
