"""Bounds shared by forms, validators and tests. One place, so they cannot disagree."""

from __future__ import annotations

UPLOAD_BYTES = 200 * 1024 * 1024
"""Largest accepted upload, as stored on disk."""

UNPACKED_BYTES = 1024 * 1024 * 1024
"""Largest accepted size of an archive or compressed file once unpacked."""

TABLE_BYTES = 1024 * 1024 * 1024
"""Largest table in memory, judged before it is read: twelve bytes a value (a float64, and
the position of its text among the different ones), and the different texts."""

ENCODED_BYTES = 512 * 1024 * 1024
"""Largest prepared dataset: four bytes a feature (float32), one-hot columns counted."""

READER_BYTES = 3 * 1024 * 1024 * 1024
"""Address space of the process that reads a file: the table, the prepared dataset, and 0.4 GiB
of libraries. What needs more is refused."""

FETCH_BYTES = 6 * 1024 * 1024 * 1024
"""Address space of the process that loads catalogue data, which is no stranger's."""

TEXT_LENGTH = 100_000
"""Most characters of one text in a table."""

ARCHIVE_ENTRIES = 100_000
IMAGE_SIDE = 512
RESIZED_SIDE = 32
"""Side of the square that pictures of different sizes are resized to, unless one is chosen."""

FEATURES = 20_000
"""Most feature columns after encoding."""

CLASSES = 1_000
RECORDS = 2_000_000
MIN_RECORDS = 20
"""Fewer records than this cannot be split into members, non-members and auxiliary."""

MIN_UNITS = 8
"""Fewer records that differ than this, copies being one, leave a part of a split with one."""

NAME_LENGTH = 120
"""Longest name of a class or a feature that is stored; longer ones are cut."""

COLUMN_NAME_LENGTH = 1_000
SENTENCE_LENGTH = 600
"""Of a message or a note that repeats what is in a file."""

PREVIEW_ROWS = 20

SHADOWS_MIN, SHADOWS_MAX = 4, 1024
EPOCHS_MAX = 1000
HIDDEN_MAX = 2048
LAYERS_MAX = 8
SEEDS_MAX = 32

EPSILON_MIN, EPSILON_MAX = 0.01, 1000.0
CLIP_MIN, CLIP_MAX = 1e-3, 1e3
NOISE_MIN, NOISE_MAX = 0.05, 10_000.0
"""A PLD at a tiny noise multiplier can take tens of gigabytes: nothing below NOISE_MIN."""

GRID_CELLS = 200
POPULATION_BYTES = 4 * 1024 * 1024 * 1024
"""Largest predicted peak memory of one training group."""

RUN_BYTES = 8 * 1024 * 1024 * 1024
"""Largest predicted peak memory of a run: its data, its models and the attacks on them."""

ATTACK_BYTES_PER_PAIR = 110
"""Peak of the attacks, measured, for each pair of a model and a record."""

DELTA_MIN = 1e-10
"""Below this the accountant's floating-point convolution is not to be trusted."""

STEPS_MAX = 10_000_000

LADDER_PEOPLE_MAX, LADDER_CANDIDATES_MAX, LADDER_COPIES_MAX = 100, 50, 20
LADDER_RUNS_MIN, LADDER_RUNS_MAX, LADDER_NOISES_MAX = 20, 2000, 8
LADDER_NOISE_MIN = 0.5
"""Of the reconstruction ladder. Less noise than that proves nothing and costs minutes."""

SLOTS_MAX, PAIRS_MAX, RECORDS_PER_CLASS_MAX, COPIES_MAX = 40, 1000, 1000, 60
"""Of the inversion experiment: classes, model pairs, records a class, copies a record."""

INVERSION_SIDE = 64
"""Most pixels a side of a picture that is inverted."""

KEPT_BYTES = 2 * 1024 * 1024 * 1024
"""Most disk space for trained models that later runs may use again."""

UPLOADS_SESSION, UPLOADS_SESSION_BYTES = 20, 2 * 1024 * 1024 * 1024
"""Most uploads of a browser session, and bytes of them with what was prepared of them."""

UNPREPARED_SECONDS, UNUSED_SECONDS = 24 * 3600, 30 * 24 * 3600
"""Uploads go after so long: ones that were not prepared, and ones that nobody used."""

ARRIVING_FILES, ARRIVING_BYTES = 3, 2 * UPLOAD_BYTES
"""Most files, and bytes of them, that the server holds of one open page before it reads them."""

ARRIVING_BYTES_ALL = 2 * 1024 * 1024 * 1024
"""The same of all open pages together."""
