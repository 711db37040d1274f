"""Writes data/musical.json: measures of a few melodies, computed with other implementations.

python musical_reference.py MUSDR OUT
needs muspy 0.5.0 and scipy, and a checkout of MusDr (github.com/slSeanWU/MusDr), whose scape plot it calls. MGEval is Python 2
and reads MIDI files; its formulas (mean pitch interval, mean inter-onset interval, densities of distances) are few and
are written out here with numpy and scipy, the densities on one grid.
"""

import itertools
import json
import random
import sys
import types

import muspy
import numpy as np
import scipy
import scipy.stats
from scipy import integrate

musdr, out = sys.argv[1:]
sys.modules.setdefault("librosa", types.ModuleType("librosa"))  # imported there, and not used by what is called
sys.path.insert(0, f"{musdr}/mueller_audio_tools")
import scapeplot  # noqa: E402

HOLD, OFF, BAR, QUARTER = -2, -1, 16, 4
random.seed(5)


def held(pitches, steps):
    return [event for pitch in pitches for event in [pitch] + [HOLD] * (steps - 1)]


def walk(length):
    events, pitch = [], 66
    while len(events) < length:
        pitch = max(50, min(85, pitch + random.choice([-4, -2, -1, 1, 2, 3, 5, 0])))
        events += held([pitch], random.choice([1, 2, 2, 4, 4, 6]))
    return events[:length]


def notes_of(events):
    """(pitch, first step, step after the last) of each note."""
    notes, open_note = [], None
    for step, event in enumerate(events):
        if event == HOLD:
            continue
        if open_note:
            notes.append((*open_note, step))
        open_note = (event, step) if event >= 0 else None
    return notes + ([(*open_note, len(events))] if open_note else [])


def by_muspy(notes):
    track = muspy.Track(notes=[muspy.Note(time=a, pitch=p, duration=b - a, velocity=64) for p, a, b in notes])
    music = muspy.Music(resolution=QUARTER, tracks=[track])
    return {
        "nPitchesUsed": muspy.n_pitches_used(music),
        "pitchRange": muspy.pitch_range(music),
        "scaleConsistency": muspy.scale_consistency(music),
        "inScaleRateC": muspy.pitch_in_scale_rate(music, 0, "major"),
        "pitchClassEntropy": muspy.pitch_class_entropy(music),
        "emptyMeasureRate": muspy.empty_measure_rate(music, BAR),
    }


def by_mgeval(notes):
    pitches, onsets = [pitch for pitch, _, _ in notes], [start for _, start, _ in notes]
    return {"avgPitchShift": float(np.mean(np.abs(np.diff(pitches)))), "avgIOI": float(np.mean(np.diff(onsets)))}


def entropy_of_bars(notes, bars, window):
    window = min(window, bars)
    entropies = []
    for bar in range(bars - window + 1):
        classes = [p % 12 for p, start, _ in notes if bar * BAR <= start < (bar + window) * BAR]
        if classes:
            entropies.append(float(scipy.stats.entropy(np.bincount(classes, minlength=12) / len(classes)) / np.log(2)))
    return float(np.mean(entropies))


def groove(notes, bars):
    onsets = np.zeros((bars, BAR))
    for _, start, _ in notes:
        onsets[start // BAR, start % BAR] = 1
    pairs = itertools.combinations(range(bars), 2)
    return float(np.mean([1 - np.abs(onsets[a] - onsets[b]).sum() / BAR for a, b in pairs]))


def self_similarity(notes, frames):
    chroma = np.zeros((frames, 12))
    for pitch, start, end in notes:
        for step in range(start, end):
            chroma[step // QUARTER, pitch % 12] += 1
    norms = np.linalg.norm(chroma, axis=1)
    similarity = np.eye(frames)
    for a in range(frames):
        for b in range(frames):
            if a != b and norms[a] * norms[b] > 0:
                similarity[a, b] = chroma[a] @ chroma[b] / (norms[a] * norms[b])
    return similarity


def fitness(similarity, start, length):
    scores, score = scapeplot.compute_accumulated_score_matrix(similarity[:, start : start + length])
    family = scapeplot.compute_optimal_path_family(scores)
    found = scapeplot.compute_fitness(family, score, similarity.shape[0])
    return float(found[0] if isinstance(found, tuple) else found)


def by_musdr(notes, steps):
    bars, frames = -(-steps // BAR), -(-steps // QUARTER)
    similarity = self_similarity(notes, frames)
    return {
        "H1": entropy_of_bars(notes, bars, 1),
        "H4": entropy_of_bars(notes, bars, 4),
        "GS": groove(notes, bars),
        "fitness": [
            [length, start, fitness(similarity, start, length)]
            for length in (2, 4, 7)
            for start in range(0, frames - length + 1, 3)
        ],
        "SI4to8": max(
            fitness(similarity, start, length) for length in range(4, 9) for start in range(frames - length + 1)
        ),
    }


def compared(a, b):
    """Overlap and divergence of the distances within `a` and between `a` and `b`."""
    within = np.array([abs(x - y) for i, x in enumerate(a) for j, y in enumerate(a) if i != j])
    between = np.array([abs(x - y) for x in a for y in b])
    first, second = scipy.stats.gaussian_kde(within), scipy.stats.gaussian_kde(between)
    low, high = min(within.min(), between.min()), max(within.max(), between.max())
    area = integrate.quad(lambda at: min(first(at)[0], second(at)[0]), low, high, limit=400)[0]
    grid = np.linspace(low, high, 1000)
    return area, float(scipy.stats.entropy(first(grid), second(grid)))


pieces = {
    "scale": held([60, 62, 64, 65, 67, 69, 71, 72], 4) * 2,
    "prelude": ([43, 50, 59, 57, 59, 50, 59, 50] * 2 + [43, 52, 60, 59, 60, 52, 60, 52] * 2) * 2,
    "repeated": [60] * 12 + [HOLD] * 4 + held([60, 60, 62, 60], 4),
    "rests": (
        [67, HOLD, OFF, HOLD, 65, HOLD, OFF, HOLD, 64, HOLD, HOLD, HOLD, OFF, HOLD, HOLD, HOLD]
        + [62, HOLD, HOLD, HOLD, 64, 65, 67, HOLD, 69, HOLD, OFF, HOLD, 67, OFF, HOLD, HOLD]
    )
    * 2,
    "chromatic": held([random.randint(55, 80) for _ in range(40)], 2),
    "walk": walk(128),
}
measured = {}
for name, events in pieces.items():
    notes = notes_of(events)
    measured[name] = {
        "events": events,
        "muspy": by_muspy(notes),
        "mgeval": by_mgeval(notes),
        "musdr": by_musdr(notes, len(events)),
    }
a = np.array([random.gauss(10, 3) for _ in range(30)])
b = np.array([random.gauss(13, 2) for _ in range(25)])
area, divergence = compared(a, b)
sets = {
    "a": a.tolist(),
    "b": b.tolist(),
    "overlapArea": area,
    "kld": divergence,
    "kdeA": [float(value) for value in scipy.stats.gaussian_kde(a)([5, 10, 15])],
}
versions = {"muspy": muspy.__version__, "scipy": scipy.__version__, "numpy": np.__version__}
with open(out, "w") as file:
    json.dump({"pieces": measured, "sets": sets, "versions": versions}, file)
