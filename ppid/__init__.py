"""ppid: training side. Models, data, distillation and training in PyTorch; imported by `export`, never by `runtime`."""
