#!/usr/bin/env python3
"""The other side of `npm run bench interchange`: note-seq, TensorFlow and music21, each where it is installed.

usage: other_side.py has MODULE
       other_side.py write-sequences OUT MIDI…   TFRecord (TensorFlow) and text of the files, read by note-seq
       other_side.py read-records FILE           notes of each record, by TensorFlow and note-seq
       other_side.py write-scores OUT            MusicXML by music21, with the notes it hears in them
       other_side.py read-scores FILE…           notes of MusicXML files, by music21
Prints one line of JSON per score: {"name": …, "notes": [[pitch, start, end], …]}, in seconds or quarter notes.
"""
import importlib.util
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "python")
command, *arguments = sys.argv[1:]


def say(name, notes):
    print(json.dumps({"name": name, "notes": notes}))


def seconds(sequence):
    return [[note.pitch, note.start_time, note.end_time] for note in sequence.notes]


def write_sequences(out, paths):
    import note_seq
    import tensorflow as tf

    names = []
    with tf.io.TFRecordWriter(os.path.join(out, "sequences.tfrecord")) as writer:
        for path in paths:
            try:
                sequence = note_seq.midi_file_to_note_sequence(path)
            except note_seq.midi_io.MIDIConversionError:
                continue
            sequence.filename = os.path.basename(path)
            sequence.collection_name = "synth"
            writer.write(sequence.SerializeToString())
            names.append(sequence.filename)
            say(sequence.filename, seconds(sequence))
            text = os.path.join(out, sequence.filename.replace(".mid", ".pbtxt"))
            if sequence.filename == "ts_6_8.mid":
                with open(text, "w") as file:
                    file.write(str(sequence))
    with open(os.path.join(out, "sequences.txt"), "w") as file:
        file.write("".join(f"{name}\n" for name in names))


def read_records(path):
    import tensorflow as tf
    from note_seq.protobuf import music_pb2

    for record in tf.data.TFRecordDataset(path):
        sequence = music_pb2.NoteSequence.FromString(record.numpy())
        say(sequence.filename, seconds(sequence))


def heard(score):
    """Notes in quarter notes, voice by voice; ties joined, repeats played."""
    notes = []
    for part in score.parts:
        for note in part.expandRepeats().stripTies().flatten().notes:
            for pitch in note.pitches:
                start = float(note.offset)
                notes.append([pitch.midi, start, start + float(note.quarterLength)])
    return sorted(notes, key=lambda note: (note[1], note[0], note[2]))


def write_scores(out):
    from music21 import corpus, converter

    tiny = {
        "repeats": "tinyNotation: 3/4 c4 d e f2. g4 a b c'2.",
        "ties": "tinyNotation: 4/4 c2. d4~ d4 e8 f g2 trip{a8 b c'} d'4 e'2",
    }
    scores = {name: converter.parse(text) for name, text in tiny.items()}
    from music21 import bar, stream

    part = scores["repeats"].parts[0] if scores["repeats"].hasPartLikeStreams() else scores["repeats"]
    measures = list(part.makeMeasures().getElementsByClass(stream.Measure))
    measures[0].leftBarline = bar.Repeat(direction="start")
    measures[1].rightBarline = bar.Repeat(direction="end", times=2)
    repeated = stream.Part(measures)
    scores["repeats"] = stream.Score([repeated])
    scores["ties"] = stream.Score([scores["ties"].makeMeasures().makeTies()])
    chorale = corpus.parse("bwv66.6")
    scores["chorale"] = chorale
    scores["ties"].write("mxl", os.path.join(out, "ties.mxl"))  # leaves no other file of the name
    for name, score in scores.items():
        score.write("musicxml", os.path.join(out, f"{name}.musicxml"))
        say(name, heard(converter.parse(os.path.join(out, f"{name}.musicxml"))))


def read_scores(paths):
    from music21 import converter

    for path in paths:
        say(os.path.basename(path), heard(converter.parse(path, forceSource=True)))


if command == "has":
    sys.exit(0 if importlib.util.find_spec(arguments[0]) else 1)
elif command == "write-sequences":
    write_sequences(arguments[0], arguments[1:])
elif command == "read-records":
    read_records(arguments[0])
elif command == "write-scores":
    write_scores(arguments[0])
elif command == "read-scores":
    read_scores(arguments)
else:
    sys.exit(__doc__)
