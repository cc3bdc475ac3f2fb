public import Settings

/// The names of our keys and kinds in other programs and papers. They are from Flower, FedML, LEAF,
/// TensorFlow Federated, PFLlib and the common PyTorch scripts for FedAvg. Usual symbols are
/// included.
public let namesElsewhere = OtherNames(
    keys: [
        ["lr", "eta", "step_size", "rate"]: [
            "learning_rate", "client.learning_rate", "server.learning_rate",
        ],
        ["beta", "local_lr", "client_lr", "local_learning_rate", "client_learning_rate"]: [
            "client.learning_rate"
        ],
        ["global_lr", "server_lr", "global_learning_rate", "server_learning_rate"]: [
            "server.learning_rate"
        ],
        ["wd", "l2", "weight_decay"]: ["client.weight_decay"],
        ["epochs", "num_epochs", "epoch", "local_ep", "client_epochs", "client_epochs_per_round"]: [
            "training.local_epochs"
        ],
        ["local_iterations", "local_updates", "local_iters"]: ["training.local_steps"],
        ["batch", "bs", "local_bs", "client_batch_size"]: ["training.batch_size"],
        [
            "num_rounds", "n_rounds", "comm_round", "comm_rounds", "communication_rounds",
            "total_rounds", "global_rounds", "num_server_rounds",
        ]: ["training.rounds"],
        ["num_clients", "n_clients", "num_users", "num_supernodes", "client_num_in_total"]: [
            "clients.count"
        ],
        [
            "clients_per_round", "client_num_per_round", "num_clients_per_round", "cohort_size",
            "min_fit_clients", "fraction_fit", "fraction_train", "frac", "fraction",
            "client_fraction", "join_ratio", "participation", "participation_rate",
        ]: ["clients.per_round"],
        ["train", "train_file", "train_path", "training_file"]: ["file"],
        ["test", "test_path"]: ["test_file"],
        ["fraction_evaluate"]: ["evaluation.per_client"],
        ["eval_every", "test_every"]: ["evaluation.every"],
        ["partition", "partition_method"]: ["data.skew"],
        ["partition_alpha", "dirichlet_alpha", "dir_alpha"]: ["data.skew.alpha"],
        ["alpha", "mu"]: ["a"],
        ["dataset", "data_set"]: ["data.dataset"],
        ["optimizer"]: ["client.optimizer", "server.optimizer"],
        ["client_optimizer"]: ["client.optimizer"],
        ["server_optimizer", "federated_optimizer"]: ["server.optimizer"],
        ["algorithm", "strategy"]: ["training.correction", "server.scheduler", "client.scheduler"],
        ["aggregator"]: ["server.weighting"],
        ["random_seed", "random_state"]: ["seed"],
        ["network", "arch", "architecture"]: ["model"],
        ["hidden_sizes", "hidden_dims", "layers"]: ["hidden"],
        ["kappa", "hyper_lr", "hypergradient_lr", "meta_lr"]: ["hyper_rate"],
        ["gamma"]: ["bound", "factor"],
        ["eps"]: ["epsilon"],
        ["nesterov_momentum"]: ["nesterov"],
    ],
    words: [
        ["fedavg"]: ["sgd", "none", "constant"],
        ["fedavgm"]: ["momentum"],
        ["fedadam", "adamw"]: ["adam"],
        ["fedyogi"]: ["yogi"],
        ["fedadagrad"]: ["adagrad"],
        ["heavy_ball"]: ["momentum", "sgd"],
        ["none"]: ["constant", "none"],
        ["fixed"]: ["constant"],
        ["fedhyper"]: ["fedhyper_g", "fedhyper_cl"],
        ["prox"]: ["fedprox"],
        ["nova"]: ["fednova"],
        ["dyn"]: ["feddyn"],
        ["control_variates"]: ["scaffold"],
        ["hd"]: ["hypergradient"],
        ["hozog"]: ["zeroth_order"],
        ["exp", "decay"]: ["exponential"],
        ["step_lr"]: ["step"],
        ["cosine_annealing"]: ["cosine"],
        ["reduce_lr_on_plateau"]: ["plateau"],
        ["mnist", "emnist"]: ["mnist_idx"],
        ["fmnist"]: ["fashion_mnist"],
        ["tabular", "table"]: ["csv"],
        ["blobs"]: ["gaussian_clusters"],
        ["noniid"]: ["dirichlet", "shards"],
        ["dir", "lda", "label_skew"]: ["dirichlet"],
        ["pathological", "shard"]: ["shards"],
        ["by_user"]: ["natural"],
        ["logistic_regression", "logreg"]: ["softmax_regression"],
        ["linear"]: ["linear_regression", "linear"],
        ["dnn"]: ["mlp"],
        ["lenet5"]: ["lenet"],
        ["lstm"]: ["char_lstm"],
        ["gru"]: ["char_gru"],
        ["random", "equal"]: ["uniform"],
        ["weighted"]: ["samples", "by_size"],
    ])
