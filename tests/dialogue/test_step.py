"""What one event does, rule by rule, in flows as small as they can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.dialogue.chart import Charts
from bot.dialogue.effects import CancelTimer, Order, RaiseAlert, Say, SetTimer
from bot.dialogue.events import HandoffChanged, ItemReceived, ItemRefused, MediaOffered, Tapped, TimerFired
from bot.dialogue.parse import parse_charts
from bot.dialogue.session import ChoiceId, FlowId, Frame, StateId
from bot.dialogue.step import IllegalEvent, answers, begin, open_choices, question, step
from tests.dialogue.person import NOON, Person
from tests.dialogue.small import PATH, SMALL

PLAN = ("start.menu.path", "path.age.14_17", "path.safe.yes")


def test_first_contact_asks_the_first_question(person: Person) -> None:
    assert person.seen == ["start.menu.question"]
    assert person.offered == ["start.menu.path", "start.menu.police"]


def test_first_text_with_a_clear_topic_skips_the_menu(small: Charts) -> None:
    story = Person(small).writes("police")
    assert story.seen == ["start.warm", "police.country.question"]


def test_first_text_without_a_topic_is_answered(small: Charts) -> None:
    assert Person(small).writes().seen == ["start.menu.question"]


def test_deep_link_is_a_guess_to_confirm(small: Charts) -> None:
    story = Person(small).starts("Insta")
    assert story.offered == ["root.topic.path", "start.linked.no"]
    assert story.taps("root.topic.path").stack == ["path.age"]


def test_answered_question_is_passed_and_can_be_skipped(person: Person) -> None:
    person.taps("start.menu.path", "path.age.rather_not", "path.safe.yes")
    assert person.session.slots["age"] == "rather_not"
    person.taps("path.plan.police", "police.country.NL", "police.ways.done", "path.plan.police")
    assert person.seen == ["police.ways.body.NL", "police.ways.question"]


def test_variants_by_country_and_age_and_else(person: Person) -> None:
    person.taps(*PLAN)
    assert person.seen[0] == "path.plan.body.else"
    person.taps("path.plan.police", "police.country.DE", "police.ways.later", "path.plan.block", "path.block.ok")
    assert person.seen[0] == "path.plan.body.DE.minor"


def test_rows_after_a_call_go_on_when_it_returns(person: Person) -> None:
    person.taps("start.menu.path", "path.age.under_12", "path.safe.no")
    assert person.stack == ["path.safe", "safety.button"]
    person.taps("safety.button.ok")
    assert person.stack == ["path.safe", "police.country"]
    person.taps("police.country.DE", "police.ways.later")
    assert person.stack == ["path.plan"]


def test_plan_step_is_ticked_by_its_result_only(person: Person) -> None:
    person.taps(*PLAN, "path.plan.police", "police.country.DE", "police.ways.later")
    assert person.session.done == frozenset()
    person.taps("path.plan.police", "police.ways.done")
    assert person.session.done == {"path.police"}
    last = person.effects[-1]
    assert isinstance(last, Say)
    assert [choice.done for choice in last.choices] == [True, False, False, False, False]


def test_plan_step_of_the_same_flow_is_ticked_when_left_forward(person: Person) -> None:
    person.taps(*PLAN, "path.plan.block").writes("back", 1.0)
    assert person.session.done == frozenset()
    person.taps("path.plan.block", "path.block.ok")
    assert person.session.done == {"path.block"}


def test_skipped_step_is_not_done_until_taken_again(person: Person) -> None:
    person.taps(*PLAN, "path.plan.later", "path.here.plan")
    assert person.session.skipped == {"path.block"}
    person.taps("path.plan.block", "path.block.ok")
    assert (person.session.skipped, person.session.done) == (frozenset(), {"path.block"})


def test_back_is_one_step_and_asks_even_what_was_answered(person: Person) -> None:
    person.taps(*PLAN).writes("back", 1.0)
    assert person.stack == ["path.safe"]
    person.writes("back", 1.0)
    assert person.seen == ["path.age.question"]
    person.writes("back", 1.0).writes("back", 1.0)
    assert person.stack == ["start.menu"]


def test_trail_is_bounded(person: Person) -> None:
    person.taps(*PLAN)
    for _ in range(30):
        person.taps("path.plan.block", "path.block.ok")
    assert len(person.session.trail) == 20


def test_double_press_has_no_effect_at_all(person: Person) -> None:
    person.taps(*PLAN)
    before = person.session
    person.taps("path.safe.yes")
    assert person.effects == ()
    assert person.session == before


def test_double_press_of_a_button_that_comes_back_to_itself(person: Person) -> None:
    person.taps(*PLAN, "path.plan.block", "path.block.ok")
    person.moment = replace(person.moment, at=person.session.last_at or NOON)
    person.taps("path.block.ok")
    assert person.effects == ()


def test_old_button_of_a_slot_changes_the_answer_and_asks_again(person: Person) -> None:
    person.taps(*PLAN, "path.age.26_plus")
    assert person.session.slots["age"] == "26_plus"
    assert person.seen == ["path.plan.question"]
    assert person.stack == ["path.plan"]


def test_old_answer_about_safety_is_followed(person: Person) -> None:
    person.taps(*PLAN, "path.plan.block", "path.safe.no")
    assert person.stack == ["path.safe", "safety.button"]
    assert person.cards == ["suicide"]


def test_old_button_on_the_trail_goes_back_there_and_takes_it(person: Person) -> None:
    person.taps(*PLAN, "path.plan.police", "police.country.DE", "path.plan.block")
    assert person.stack == ["path.block"]
    assert person.session.trail[-1][-1].state == "safe"


def test_start_menu_button_works_for_ever(person: Person) -> None:
    person.taps(*PLAN)
    for _ in range(25):
        person.taps("path.plan.block", "path.block.ok")
    assert person.taps("start.menu.police").stack == ["start.menu", "police.country"]


@pytest.mark.parametrize(
    "choice", ["path.gone.x", "gone.x.y", "nonsense", "", "a.b.c.d", "root.intent.zzz", "root.nope"]
)
def test_foreign_button_gets_a_kind_line_and_the_question_again(person: Person, choice: str) -> None:
    person.taps("start.menu.path", choice)
    assert person.seen == ["root.stale", "path.age.question"]


@pytest.mark.parametrize("event", [ItemRefused("too_large"), MediaOffered("voice"), MediaOffered("image")])
def test_files_outside_an_evidence_step_are_answered(person: Person, event: ItemRefused | MediaOffered) -> None:
    assert person.does(event).seen


def test_items_are_received_counted_and_picked(small: Charts) -> None:
    story = Person(small, items=((1, "image"), (2, "link")), batch=(1,)).starts().taps(*PLAN, "path.plan.files")
    assert story.session.awaiting == {"files"}
    story.does(ItemReceived(1, "image"))
    assert isinstance(story.effects[0], Say)
    assert (story.seen, dict(story.effects[0].values)) == (["path.receipt"], {"n": 1})
    assert story.does(ItemReceived(1, "image", repeated=True)).seen == ["path.repeated"]
    assert story.does(ItemRefused("wrong_type")).seen == ["path.refused.wrong_type"]
    story.taps("path.files.take_back")
    assert story.offered == ["path.which.item_1", "path.which.item_2", "path.which.back"]
    story.taps("path.which.item_2")
    assert (story.session.picked, story.orders) == (2, ["erase_item"])


def test_free_text_is_taken_where_it_is_accepted(person: Person) -> None:
    person.taps(*PLAN, "path.plan.box").writes("police")
    assert person.orders == ["open_case:message", "take_message"]
    assert person.seen == ["path.thanks.body", "path.plan.body.else", "path.plan.question"]


def test_plain_stop_wins_over_free_text(person: Person) -> None:
    person.taps(*PLAN, "path.plan.box").writes("stop_or_exit", 1.0)
    assert (person.orders, person.seen) == (["quick_exit"], ["root.stop"])


def test_typed_answer_wins_over_intent(person: Person) -> None:
    person.taps("start.menu.path").writes("police", answer=ChoiceId("path.age.14_17"))
    assert person.seen == ["path.safe.question"]


def test_question_in_mid_path_is_answered_then_the_path_goes_on(person: Person) -> None:
    person.taps("start.menu.path").writes("police")
    assert person.stack == ["path.age", "police.country"]
    assert person.taps("police.country.DE", "police.ways.done").seen == ["path.age.question"]


def test_not_understood_never_twice_the_same(person: Person) -> None:
    person.taps("start.menu.path")
    seen = [tuple(person.writes().seen) for _ in range(7)]
    assert all(one != other for one, other in pairwise(seen))
    assert seen[0] == ("root.first", "path.age.question")
    assert seen[2] == ("human.offer.question.closed",)


def test_understood_text_resets_the_ladder(person: Person) -> None:
    person.taps("start.menu.path").writes()
    assert person.session.misses == 1
    person.writes(answer=ChoiceId("path.age.14_17"))
    assert person.session.misses == 0


def test_crisis_beats_everything_and_comes_back(person: Person) -> None:
    person.taps(*PLAN, "path.plan.box").in_crisis("suicide", "A")
    assert person.effects[:2] == (Order("open_case", "crisis"), RaiseAlert("suicide", "A"))
    assert person.cards == ["suicide"]
    assert person.stack == ["path.box", "safety.first"]
    person.taps("safety.first.no")
    assert person.seen == ["safety.ended.body", "path.box.question"]
    assert person.session.danger is not None
    assert person.session.danger.resolved


def test_everything_but_a_clear_no_is_a_yes(person: Person) -> None:
    person.in_crisis("suicide", "B").writes("thanks_bye")
    assert person.stack[-1] == "safety.stay"


@pytest.mark.parametrize("word", ["stop_or_exit", "talk_to_human", "delete_my_data", "emergency"])
def test_plain_words_work_in_a_crisis_too(person: Person, word: str) -> None:
    person.in_crisis("suicide", "B").writes(word, 1.0)
    assert person.stack[-1] != "safety.stay"
    assert person.session.danger is not None


def test_equal_crisis_in_safety_is_an_answer_a_more_acute_one_wins(person: Person) -> None:
    person.in_crisis("suicide", "B").in_crisis("suicide", "B")
    assert (person.stack[-1], person.orders) == ("safety.stay", [])
    person.in_crisis("suicide", "A")
    assert person.effects[:2] == (Order("open_case", "crisis"), RaiseAlert("suicide", "A"))
    assert person.stack == ["start.menu", "safety.first"]
    person.in_crisis("coercion", "B")
    assert person.session.danger is not None
    assert person.session.danger.kind == "suicide"


def test_crisis_while_waiting_for_a_human_keeps_both_places(person: Person) -> None:
    person.taps(*PLAN).writes("talk_to_human", 1.0).in_crisis("violence", "A")
    assert person.stack == ["path.plan", "human.offer", "safety.first"]
    assert person.taps("safety.first.no").stack == ["path.plan", "human.offer"]


def test_strained_raises_no_alert(person: Person) -> None:
    person.in_crisis("panic", "C")
    assert not [one for one in person.effects if isinstance(one, RaiseAlert)]
    assert person.stack[-1] == "safety.first"


def test_check_in_asks_once_and_vague_means_yes(person: Person) -> None:
    person.taps("start.menu.path").in_crisis("self_harm", "B", "check_in")
    assert (person.seen, person.session.danger) == (["safety.check_in.question.else"], None)
    person.writes("smalltalk_or_offtopic")
    assert person.session.danger is not None
    assert (person.session.danger.kind, person.session.danger.level) == ("self_harm", "B")
    assert RaiseAlert("self_harm", "B") in person.effects


def test_check_in_answered_no_goes_on_with_the_path(person: Person) -> None:
    person.taps("start.menu.path").in_crisis("suicide", "B", "check_in").taps("safety.check_in.no")
    assert person.seen == ["path.age.question"]


def test_card_is_repeated_at_the_latest_every_third_message(person: Person) -> None:
    person.in_crisis("suicide", "B").writes().writes()
    cards = [bool(person.writes().cards) for _ in range(9)]
    assert all(any(cards[i : i + 3]) for i in range(7))
    assert isinstance(person.effects[-1], Say)


def test_no_card_any_more_when_resolved(person: Person) -> None:
    person.in_crisis("suicide", "B").taps("safety.first.no")
    assert not [1 for _ in range(5) if person.writes().cards]


def test_old_buttons_do_not_lead_out_of_danger(person: Person) -> None:
    person.taps(*PLAN).in_crisis("suicide", "B").taps("path.plan.block", "start.menu.police")
    assert person.stack[-1] == "safety.first"
    person.taps("path.age.18_25", "path.safe.yes")
    assert (person.stack[-1], person.session.slots["age"]) == ("safety.first", "18_25")


def test_starting_anew_in_danger_does_not_leave_it(person: Person) -> None:
    assert person.in_crisis("suicide", "B").starts().stack[-1] == "start.welcome"


def test_wellbeing_is_asked_at_most_once_in_ten_minutes(person: Person) -> None:
    person.taps("root.emergency", "safety.button.dark")
    assert person.seen == ["safety.wellbeing.question"]
    person.taps("safety.wellbeing.no", "root.emergency", "safety.button.dark")
    assert person.seen == ["start.menu.question"]
    person.wait(minutes=10).taps("root.emergency", "safety.button.dark")
    assert person.seen == ["safety.wellbeing.question"]


def test_timers_run_while_inside_and_stop_outside(person: Person) -> None:
    person.taps(*PLAN, "path.plan.later")
    assert person.effects[:2] == (Order("request_human"), SetTimer("soon", timedelta(minutes=10)))
    person.taps("path.here.there")
    assert not [one for one in person.effects if isinstance(one, CancelTimer | SetTimer) and one.name != "soon"]
    assert person.session.timers == {"soon"}
    assert person.fires("soon").seen == ["path.soon"]
    assert person.fires("soon").effects == ()
    person.taps("path.there.plan")
    assert person.orders == ["leave_queue"]


def test_cancelled_timer_means_nothing(person: Person) -> None:
    person.taps(*PLAN, "path.plan.later", "path.here.plan")
    assert CancelTimer("soon") in person.effects
    before = person.session
    assert person.fires("soon").effects == ()
    assert person.session == before


def test_quick_exit_says_one_line_and_then_nothing_on_its_own(person: Person) -> None:
    person.taps(*PLAN, "path.plan.later").taps("root.stop")
    assert (person.orders, person.seen) == (["quick_exit"], ["root.stop"])
    assert person.fires("soon").seen == []
    before = person.session
    assert person.hears("closed").hears("hours_over").seen == []
    assert person.session == before
    person.taps("path.here.plan")
    assert person.orders[0] == "allow_writing"
    assert not person.session.quick_exit


def test_returned_after_eight_hours_is_welcomed_before_anything(person: Person) -> None:
    person.taps(*PLAN).wait(hours=8).writes("police")
    assert (person.seen, person.stack) == (["start.welcome.question"], ["path.plan", "start.welcome"])
    person.taps("start.welcome.on")
    assert person.seen == ["path.plan.question"]


def test_crisis_and_plain_words_come_before_the_welcome(person: Person) -> None:
    person.taps(*PLAN).wait(hours=9).in_crisis("suicide", "B")
    assert person.stack[-1] == "safety.first"
    person.wait(hours=9).writes("stop_or_exit", 1.0)
    assert person.seen == ["root.stop"]


def test_language_switch_asks_the_question_again(person: Person) -> None:
    person.taps("start.menu.path").writes("language_switch", 1.0).taps("start.language.nl")
    assert (person.session.language, person.seen) == ("nl", ["path.age.question"])


def test_written_language_and_form_of_address_are_given_back(person: Person) -> None:
    person.writes("police", language="nl", formal=True)
    assert (person.session.language, person.session.adult_form) == ("nl", True)


def test_unknown_country_means_the_main_country_of_the_language(person: Person) -> None:
    person.writes("police").taps("police.country.rather_not")
    assert person.seen[0] == "police.ways.body.DE"


def test_handoff_notices_come_through(person: Person) -> None:
    assert person.taps("start.menu.path").hears("closed").seen == ["root.closed", "path.age.question"]
    assert person.hears("joined").effects == ()


def test_ending_at_the_bottom_leads_to_the_start_menu(person: Person) -> None:
    person.taps("start.menu.police").session = replace(person.session, stack=person.session.stack[-1:])
    person.taps("police.country.DE", "police.ways.done")
    assert person.stack == ["start.menu"]


def test_stack_is_bounded_by_the_number_of_flows(person: Person) -> None:
    person.taps(*PLAN)
    for _ in range(10):
        person.writes("police").writes("talk_to_human", 1.0).in_crisis("suicide", "A").writes("emergency", 1.0)
    assert len(person.session.stack) <= len(person.charts.flows)


def test_open_choices_are_those_of_the_last_question(person: Person) -> None:
    person.taps(*PLAN)
    assert [one.id for one in open_choices(person.charts, person.session, person.moment)] == person.offered


def test_a_long_evidence_list_shows_the_newest_nine_and_takes_any_number(small: Charts) -> None:
    """A channel's list holds ten lines; older items are named by typing their number."""
    held = tuple((number, "image") for number in range(1, 15))
    story = Person(small, items=held).starts().taps(*PLAN, "path.plan.files", "path.files.take_back")
    assert story.offered == [*(f"path.which.item_{number}" for number in range(6, 15)), "path.which.back"]
    assert "path.which.item_2" in {one.id for one in answers(small, story.session, story.moment)}
    story.writes(answer=ChoiceId("path.which.item_2"))
    assert (story.session.picked, story.orders) == (2, ["erase_item"])


def test_question_can_be_asked_again_without_an_event(person: Person) -> None:
    person.taps(*PLAN)
    (again,) = question(person.charts, person.session, person.moment)
    assert again == person.effects[-1]


def test_illegal_event_raises_and_leaves_the_session(person: Person) -> None:
    before = person.session
    with pytest.raises(IllegalEvent):
        step(person.charts, person.session, "tap", person.moment)  # type: ignore[arg-type]  # that is the point
    assert person.session is before


@pytest.mark.parametrize("stack", [(), (Frame(FlowId("gone"), 1, StateId("x")),)])
def test_session_of_other_flows_raises(person: Person, stack: tuple[Frame, ...]) -> None:
    broken = replace(person.session, stack=stack)
    for event in (Tapped(ChoiceId("a.b.c")), TimerFired("x"), HandoffChanged("joined")):
        with pytest.raises(IllegalEvent):
            step(person.charts, broken, event, person.moment)


def test_begin_says_nothing_yet(small: Charts) -> None:
    assert begin(small, "nl", Person(small).moment).stack == (Frame(FlowId("start"), 1, StateId("arrive")),)


def test_a_loop_in_an_unchecked_chart_ends_at_the_start_menu() -> None:
    looping = PATH.replace("thanks: {say: [body], then: plan}", "thanks: {then: round}\n  round: {then: thanks}")
    story = Person(parse_charts({**SMALL, "path.yaml": looping})).starts().taps(*PLAN, "path.plan.box").writes()
    assert (story.stack, story.seen) == (["start.menu"], ["start.menu.question"])
