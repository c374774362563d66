"""Who is in the demo. Everybody is invented."""

PASSWORD = "a-quiet-walk"  # noqa: S105 - local mode only, printed at start-up

COORDINATORS = ["Marta", "Joel", "Ifeoma"]
SUPERVISORS = ["Henrik", "Salma", "Bronwen"]
SUPPORTERS = [
    "Dana", "Tomás", "Leila", "Owen", "Priya", "Kofi", "Greta", "Yusuf", "Mei", "Callum", "Noor", "Silvia",
]  # fmt: skip
PRONOUNS = ["she/her", "he/him", "they/them", ""]

PEERS = [
    "Ada", "Adil", "Alba", "Amara", "Anouk", "Arlo", "Asha", "Basil", "Bea", "Bilal", "Carys", "Cleo", "Corin",
    "Dalia", "Darragh", "Edie", "Eilidh", "Elif", "Emeka", "Enzo", "Farah", "Fergus", "Freya", "Gwen", "Hana",
    "Idris", "Ines", "Iona", "Ishaan", "Jonas", "Juno", "Kaya", "Keir", "Lena", "Lior", "Luca", "Maeve", "Malik",
    "Mina", "Nadia", "Niamh", "Nico", "Odette", "Olu", "Orla", "Pavel", "Petra", "Quinn", "Rafi", "Rhys", "Rosa",
    "Sami", "Saoirse", "Tariq", "Tess", "Theo", "Uma", "Wren", "Yara", "Zev",
]  # fmt: skip

# name, for whom, why, childcare, travel
BUS = "Bus fares paid back"
GROUPS = [
    (
        "Tuesday table",
        "Anyone who has been through a hard time",
        "Being together is easier than alone",
        "",
        BUS,
    ),
    (
        "Women's circle",
        "Women, trans women included",
        "A room without a male gaze",
        "Play corner next door",
        BUS,
    ),
    (
        "Morning walk",
        "People who think better outdoors",
        "Walking side by side takes the weight off words",
        "",
        "",
    ),
    (
        "One day at a time",
        "People who stopped drinking, or want to",
        "No need to explain yourself here",
        "",
        BUS,
    ),
    ("Remembering", "People who lost somebody", "Grief keeps its own time", "", ""),
    ("Evening online", "People for whom leaving home is hard", "A group that comes to you", "", ""),
]

# venue, address, getting there, rooms
VENUES = [
    ("Linden House", "14 Linden Row", "Bus 7 to Market Cross, then two minutes on foot. Step-free side door.",
     [("Garden room", 4), ("Blue room", 3), ("Loft", 12)]),
    ("The Old Bakery", "3 Mill Lane", "Beside the library. Ring the top bell.", [("Back room", 4), ("Kitchen", 10)]),
    ("Riverside Centre", "Quay Street", "Tram to Quay, lift to the first floor.", [("Room 2", 3), ("Room 5", 16)]),
]  # fmt: skip

WARM_UPS = [
    "We talked about the weather and the dog next door.",
    "Tea first. It took a while to arrive, and that was fine.",
    "We looked at photos from the allotment.",
    "A slow start; we walked once round the pond before talking.",
    "We laughed about the bus being late again.",
]
MATTERED = [
    "The week had been heavy. Naming it helped a little.",
    "Sleep is better than last month. We wondered what made the difference.",
    "A letter had come and was still unopened. We opened it together.",
    "We spoke about the sister, and about what can be said to her and what not.",
    "Not much was said today, and that was right.",
    "A small thing worked: cooking twice this week.",
]
COOL_DOWNS = [
    "We ended with what the evening would bring: soup and an early night.",
    "Three slow breaths, and a plan for the bus home.",
    "We named one good thing each.",
    "We sat for a moment, then said goodbye at the door.",
]
FIT_NOTES = ["No hug today, please.", "Would rather meet outside for a while.", "Not about work today."]
HOPES = [
    (
        "Somebody who listens and does not fix things.",
        "To be reliable, and to be told when something does not fit.",
    ),
    ("To get out of the house once a week.", "To walk alongside, at your pace."),
    ("To talk with someone who knows what it is like.", "To listen more than I talk."),
]
FEARS = [
    ("That I talk too much about it and feel worse.", "That I miss it when you have had enough."),
    ("That somebody I know hears of it.", "That I promise more than I can keep."),
    ("That it ends suddenly.", "That I cannot help."),
]

# What the organisation never allows, and why. Its supporters keep to it in all they answer.
RULES = {
    "money_given": "Money changes what you are to each other. We help with bus fares another way.",
    "social_media": "What is seen there cannot be unseen, on both sides. We keep it out of peer support.",
}
# What else the two say about their boundaries: the matter, the supporter's words, the peer's.
ABOUT = [
    ("channels", "A message to the work phone.", "A message is fine. Please do not ring."),
    ("hours", "On weekdays from 9 to 17, within a day.", "Not before ten."),
    ("topics", "", "My work, unless I begin."),
    ("helps", "", "A walk round the block, and no questions for a while."),
    ("length", "50 minutes, as agreed.", "Shorter when I am tired. I will say so."),
]
OWN_LINES = [
    ("Talking while walking past my old street", "never"),
    ("Sitting by the window, with the door in sight", "always"),
    ("Talking about my brother", "maybe"),
]
TODAY = ["No hug today, please.", "Only outdoors today.", "Not about work today."]
