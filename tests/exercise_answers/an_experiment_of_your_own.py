import numpy as np


def error_in_a_loop(baseline, change):
    differences = [other - one for one, other in zip(baseline, change)]
    mean = sum(differences) / len(differences)
    squares = sum((each - mean) ** 2 for each in differences)
    return (squares / (len(differences) - 1) / len(differences)) ** 0.5


def error_by_scipy(baseline, change):
    from scipy.stats import sem

    return sem(change - baseline)


def errors_of_both_added(baseline, change):
    return error_by_scipy(0 * baseline, baseline) + error_by_scipy(0 * change, change)


def error_of(differences):
    return np.std(differences, ddof=1) / np.sqrt(len(differences))


def decided(differences):
    if len(differences) < 5 or abs(np.mean(differences)) <= 2 * error_of(differences):
        return 0
    return 1 if np.mean(differences) > 0 else -1


def decided_by_sign(differences):
    differences = np.array(differences)
    far = abs(differences.mean()) > 2 * error_of(differences)
    return np.sign(differences.mean()) * (far and len(differences) >= 5)


def decided_by_votes(differences):
    ups = np.sum(np.array(differences) > 0)
    if len(differences) < 5:
        return 0
    return 1 if ups == len(differences) else -1 if ups == 0 else 0


RIGHT = {
    "check_paired_error": [
        lambda baseline, change: error_of(np.array(change) - np.array(baseline)),
        lambda baseline, change: np.std(baseline - change, ddof=1) / len(change) ** 0.5,
        error_in_a_loop,
        error_by_scipy,
    ],
    "check_decision": [decided, decided_by_sign],
}

WRONG = {
    "check_paired_error": [
        (lambda baseline, change: np.std(change - baseline, ddof=1), "How far off is their mean"),
        (lambda baseline, change: np.std(change - baseline) / np.sqrt(len(change)), "ddof=1"),
        (lambda baseline, change: np.std(change - baseline, ddof=1) / len(change), "square root"),
        (lambda baseline, change: change - baseline, "these are the differences"),
        (lambda baseline, change: np.mean(change) - np.mean(baseline), "mean difference itself"),
        (lambda baseline, change: error_of(change), "too large"),
        (errors_of_both_added, "too large"),
    ],
    "check_decision": [
        (lambda differences: decided([*differences, *differences[:1]]), "your function returns"),
        (lambda differences: abs(decided(differences)), "in which direction"),
        (lambda differences: "not decided", "one of the numbers"),
        (lambda differences: decided(differences) == 1, "one of the numbers"),
        (decided_by_votes, "how many differences"),
        (lambda differences: np.mean(differences), "this is the mean difference"),
        (lambda differences: 1, "your function returns 1"),
    ],
}
