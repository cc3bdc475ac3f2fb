print("hyperfed")
