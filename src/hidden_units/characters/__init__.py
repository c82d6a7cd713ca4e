"""Characters: three classifiers and a sweep of hidden sizes on 28x28 images of ten hiragana."""
