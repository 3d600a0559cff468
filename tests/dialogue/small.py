"""Flows as small as they can be, one for each rule of the engine."""

ROOT = """
flow: root
version: 1
on:
  started: [{when: linked, to: "flow:start/linked"}, {to: "flow:start/menu"}]
  returned: {to: "call:start/welcome"}
  crisis: {to: "call:safety"}
  check_in: {to: "call:safety/check_in"}
  emergency: {to: "call:safety/button"}
  human: {to: "call:human"}
  help: {to: "call:human"}
  back: {to: back}
  restart: {do: [forget_session], to: "flow:start/menu"}
  language: {to: "call:start/language"}
  delete: {do: [erase_later], to: "flow:start/menu"}
  stop: {do: [quick_exit], say: [root.stop]}
  stale: {say: [root.stale], to: again}
  media: {say: [{key: root.media, by: media, for: [image, voice]}], to: again}
  intent.police: {to: "call:police"}
  handoff.closed: {say: [root.closed], to: again}
  not_understood.1: {say: [root.first], to: again}
  not_understood.2: {to: "call:start/easier"}
  not_understood.3: {to: "call:human"}
"""

START = """
flow: start
version: 1
initial: arrive
states:
  arrive:
    accepts: [text]
    on:
      text: {to: menu}
      intent.police: {say: [start.warm], to: "flow:police"}
  menu:
    ask: question
    choices:
      - {id: path, to: "flow:path", intents: [deepnude_of_me]}
      - {id: police, to: "call:police"}
  linked:
    ask: question
    guesses: true
    choices: [{id: "no", to: menu}]
  welcome:
    ask: question
    choices:
      - {id: "on", to: resume}
      - {id: new, to: "flow:start/menu"}
  easier:
    ask: question
    choices:
      - {id: me, to: menu}
      - {id: human, to: "call:human"}
  language:
    ask: question
    choices:
      - {id: de, do: ["set_language:de"], to: resume}
      - {id: nl, do: ["set_language:nl"], to: resume}
"""

PATH = """
flow: path
version: 3
topic: path
aliases: [insta]
initial: age
states:
  age:
    ask: question
    answers: age
    then: safe
  safe:
    ask: question
    answers: safe
    then:
      - {when: safe.no, to: "call:safety/button"}
      - {when: child, to: "call:police"}
      - {to: plan}
  plan:
    say: [{key: body, by: [country, minor], for: [DE, NL]}]
    ask: question
    plan:
      - {step: police, call: police}
      - {step: block, to: block}
      - {step: hash, call: police/ways, when: not minor_in_picture}
    choices:
      - {id: box, to: box}
      - {id: files, to: files}
      - {id: later, do: ["skip:block"], to: waiting}
  block:
    say: [body]
    ask: question
    choices: [{id: ok, to: plan}]
  waiting:
    enter: [request_human]
    exit: [leave_queue]
    timers: {soon: 10m}
    on:
      timer.soon: {say: [path.soon]}
    initial: here
    states:
      here:
        ask: question
        choices: [{id: there, to: there}, {id: plan, to: plan}]
      there:
        ask: question
        choices: [{id: plan, to: plan}]
  box:
    ask: question
    accepts: [text]
    on: {text: {do: ["open_case:message", take_message], to: thanks}}
    choices: [{id: back, to: plan}]
  thanks: {say: [body], then: plan}
  files:
    ask: question
    accepts: [files]
    on:
      item: [{when: repeated, say: [path.repeated]}, {say: [path.receipt]}]
      item_refused: {say: [{key: path.refused, by: refused}]}
    choices: [{id: take_back, to: which}, {id: done, to: plan}]
  which:
    ask: question
    items: true
    then: {do: [erase_item], to: files}
    choices: [{id: back, to: files}]
"""

POLICE = """
flow: police
version: 1
initial: country
states:
  country:
    ask: question
    answers: country
    then: ways
  ways:
    say: [{key: body, by: service_country}]
    ask: question
    choices: [{id: done, to: done}, {id: later, to: later}]
  done: {final: done}
  later: {final: later}
"""

HUMAN = """
flow: human
version: 1
initial: offer
states:
  offer:
    ask: {key: question, by: human}
    choices: [{id: "yes", do: ["open_case:human", request_human], to: done}, {id: "no", to: done}]
  done: {final: done}
"""

SAFETY = """
flow: safety
version: 1
initial: first
states:
  button:
    say: [{card: danger}]
    ask: question
    choices: [{id: threat, do: ["danger:violence:A", alert], to: stay}, {id: ok, to: over}, {id: dark, to: wellbeing}]
  check_in:
    ask: {key: question, by: check_in, for: [suicide]}
    choices: [{id: "yes", do: ["danger:B", alert], to: first}, {id: "no", to: over}]
    otherwise: {do: ["danger:B", alert], to: first}
  first:
    danger: open
    say: [body, {card: danger}]
    ask: question
    choices: [{id: "no", to: ended}]
    otherwise: stay
  stay:
    danger: open
    ask: question
    choices: [{id: safe, to: ended}]
    otherwise: again
  wellbeing:
    ask: question
    answers: dark_thoughts
    then: [{when: dark_thoughts.yes, do: ["danger:suicide:B"], to: first}, {to: over}]
  ended: {danger: resolved, say: [body], then: over}
  over: {final: done}
"""

SLOTS = """
safe: {id: Q1, values: ["yes", "no", unsure], skip: unsure, sticky: false}
age: {id: Q3, values: [under_12, 12_13, 14_17, 18_25, 26_plus], skip: 14_17, skippable: true}
age_picture: {id: Q4, values: [under_18, 18_plus, unsure], skip: under_18, skippable: true}
country: {id: Q5, values: [DE, NL, BE, AT, CH, other], skip: unknown, skippable: true}
about: {id: Q2, values: [me, friend, my_child, pupils], skip: me}
dark_thoughts: {id: Q12, values: ["no", sometimes, "yes"], skip: sometimes, sticky: false}
adult_near: {id: Q13, values: [parent, nobody, home_unsafe], skip: nobody, skippable: true}
phone_seen: {id: Q14, values: [only_me, others], skip: others, skippable: true}
"""

SMALL = {
    "root.yaml": ROOT,
    "start.yaml": START,
    "path.yaml": PATH,
    "police.yaml": POLICE,
    "human.yaml": HUMAN,
    "safety.yaml": SAFETY,
    "slots.yaml": SLOTS,
}
