/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the storyteller says where a scenario says nothing.  A scenario may replace each of these in its
 * grammar; they are English, as the sentences that it understands are. */

#include "config.h"

#include "storyteller/sg-play-private.h"

static const struct
{
  const char *name;
  const char *variants[5];
} phrases[] = {
  { "taken", { "You take {thing}.", "You pick up {thing}.", "{Thing} is yours for now." } },
  { "dropped", { "You put {thing} down.", "You leave {thing} here." } },
  { "given_refused", { "{Person} looks at {thing} and gently shakes {hers person} head.",
                       "\"Keep it,\" {she person} says. \"You may need it more than I do.\"",
                       "{Person} does not take {thing}." } },
  { "given", { "You give {thing} to {person}.", "{Person} takes {thing} with a nod." } },
  { "shown", { "{Person} looks at {thing} for a moment, and then at you.",
               "{Person} bends over {thing}, but has nothing to say about it." } },
  { "opened", { "You open {thing}.", "{Thing} opens." } },
  { "closed", { "You close {thing}." } },
  { "locked", { "You lock {thing}.", "The lock turns. {Thing} is locked." } },
  { "unlocked", { "The key turns. {Thing} is unlocked.", "With a click {thing} is unlocked." } },
  { "is_locked", { "{Thing} is locked.", "You try {thing}. Locked." } },
  { "no_key", { "You have nothing with you that fits the lock.", "{Thing} wants a key, and you do not have it." } },
  { "lit", { "{Thing} gives its light.", "You light {thing}." } },
  { "put_out", { "You put out {thing}." } },
  { "already_so", { "That is so already.", "There is nothing more to do about that." } },
  { "cannot_go", { "There is no way in that direction.", "You find no way there." } },
  { "cannot_take", { "{Thing} is not for taking.", "{Thing} stays where it is." } },
  { "take_person", { "{Person} would have something to say about that.", "One does not simply take {person} along." } },
  { "not_here", { "You look around for that, but it is not here.", "There is nothing of the kind within reach." } },
  { "not_here_known", { "{Thing} is not here.", "You would need {thing}, and {thing} is not here." } },
  { "not_carried", { "You do not have {thing} with you." } },
  { "nothing_special", { "You see nothing special about {thing}.", "{Thing} looks just as you would expect." } },
  { "nothing_happens", { "Nothing comes of it.", "You try, and the world stays as it is." } },
  { "wait", { "You let a while go by.", "Time passes.", "You wait.", "For a moment you just stand and breathe." } },
  { "dark", { "It is too dark to see anything.", "You can see nothing in this darkness." } },
  { "nobody_here", { "There is nobody here to hear you.", "Your words find nobody.", "Only the silence answers." } },
  { "no_answer", { "{Person} does not answer.", "No word comes from {person}." } },
  { "unknown_topic", { "\"I could not tell you anything about that,\" {person} says.",
                       "{Person} thinks about it and shrugs.",
                       "\"You would have to ask somebody else,\" {person} says." } },
  { "small_talk", { "{Person} listens and nods.", "You exchange a few words with {person}.",
                    "\"Is that so,\" {person} says." } },
  { "greeted", { "{Person} returns your greeting.", "{Person} gives you a nod." } },
  { "farewell", { "{Person} nods. \"Until then.\"", "{Person} raises a hand in parting." } },
  { "violence_refused", { "You feel your hand become a fist, and then you think better of it.",
                          "That would solve nothing, and you know it." } },
  { "threat_ignored", { "{Person} waits until you have finished, unimpressed.",
                        "{Person} looks at you as one looks at the weather." } },
  { "kindness", { "{Person} accepts it with a small smile.", "{Person} seems to be glad of it." } },
  { "unkindness", { "{Person} takes note of it, and says nothing.", "Something closes in the face of {person}." } },
  { "oracle_before", { "You try to {intent}.", "You gather yourself to {intent}." } },
  { "oracle_strong", { "And it works, better than you had any right to hope.", "It succeeds as if it had been waiting for you." } },
  { "oracle_weak", { "It works, more or less.", "It half succeeds, and the other half you can live with." } },
  { "oracle_miss", { "It does not work.", "It comes to nothing, and costs you a little time." } },
  { "listen", { "You listen. Nothing that you would not have expected.", "For a while you only listen." } },
  { "smell", { "You smell nothing out of the ordinary." } },
  { "touch", { "{Thing} feels as it looks.", "You touch {thing}. Nothing more comes of it." } },
  { "search", { "You search, and find nothing that was hidden.", "You go over everything twice and find nothing new." } },
  { "taste", { "You would rather not." } },
  { "pray", { "You say a few words under your breath. It does no harm.", "You close your eyes for a moment." } },
  { "sing", { "You hum a few bars, not very well.", "Your song sounds smaller than you had meant it." } },
  { "dance", { "You take a few steps to a music that only you can hear." } },
  { "sleep", { "You close your eyes for a little, but sleep will not come.", "This is not the hour for it." } },
  { "eat", { "You eat {thing}.", "{Thing} is gone in a few bites." } },
  { "drink", { "You drink.", "You take a long draught." } },
  { "not_edible", { "That is nothing to eat.", "You are not as hungry as that." } },
  { "not_drinkable", { "That is nothing to drink." } },
  { "no_writing", { "There is nothing to read on {thing}." } },
  { "worn", { "You put on {thing}." } },
  { "doffed", { "You take off {thing}." } },
  { "not_wearable", { "That is nothing to wear." } },
  { "put_in", { "You put {thing} where you wanted it.", "{Thing} finds its place at {other}." } },
  { "no_place_for", { "{Other} is no place for {thing}." } },
  { "is_closed", { "{Other} is closed." } },
  { "not_openable", { "{Thing} does not open." } },
  { "not_lockable", { "There is no lock on {thing}." } },
  { "not_light", { "{Thing} would give no light." } },
  { "thrown", { "You throw {thing}. It lands a few steps away." } },
  { "shout", { "Your shout dies away." } },
  { "think", { "You turn it over in your mind." } },
  { "body", { "You do so.", "You take a moment for it." } },
  { "carry_nothing", { "You carry nothing but your own thoughts." } },
  { "no_purpose", { "You try {thing} this way and that, but find no use for it here.",
                    "You cannot think of what {thing} would do here." } },
  { "not_understood", { "You hesitate. Perhaps there is a plainer way: to look at something, to take it, to talk to somebody, to go on.",
                        "The thought does not quite become a deed. There is still what you see around you." } },
  { "no_draw_here", { "Fortunes are not drawn here.", "This is not the place to ask for a fortune." } },
  { "no_slip_here", { "You have no slip in your hand that could mean anything." } },
  { "story_taken", { "So it is, then.", "That is how you will remember it.", "And so it goes into the story." } },
  { "ended", { "This story has ended. You can undo the last turn, go back to an earlier one and try another way, or begin a new story." } },
  { "help", { "You can go where a way leads, look at what you see, take and use things, and talk to whoever is there: \"ask … about …\" or simply say something. Whatever else you try is settled by dice." } },
};

/**
 * sg_phrases_get:
 *
 * Returns: (transfer none): the phrases as rules of a grammar
 */
JsonObject *
sg_phrases_get (void)
{
  static gsize once = 0;
  static JsonObject *rules;

  if (g_once_init_enter (&once))
    {
      rules = json_object_new ();
      for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
        {
          JsonArray *array = json_array_new ();

          for (guint j = 0; j < G_N_ELEMENTS (phrases[i].variants) && phrases[i].variants[j] != NULL; j++)
            json_array_add_string_element (array, phrases[i].variants[j]);
          json_object_set_array_member (rules, phrases[i].name, array);
        }
      g_once_init_leave (&once, 1);
    }

  return rules;
}
