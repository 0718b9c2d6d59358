/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The prompt of a turn, laid out so that a server can reuse what it has read: what
 * never changes comes first (the brief of the scenario, the tools), then the summary of what
 * is too long ago and the history, oldest first and only ever appended to, and at last one message with
 * all that changes every turn (what is true now, what was remembered) and
 * the player's words.  Nothing volatile stands before something stable.  With the switch
 * `stable-prefix` off it is laid out as is usual elsewhere, to measure what that costs: what
 * changes stands in the system message, and the history slides by one turn each turn.
 */

#include "config.h"

#include "engine/sg-prompt.h"

#include <string.h>

#include "engine/sg-prompt-state.h"
#include "llm/sg-token-estimate.h"

/* The state that goes into a prompt is cut here, in bytes: a large world is read through tools. */
#define MAX_STATE_BYTES 2400
#define MIN_STATE_BYTES 400

/* What the scenario and the state may take of a small context, and the bytes of an estimated token. */
#define BRIEF_SHARE 0.4
#define STATE_SHARE 0.15
#define REPLY_SHARE 0.15
#define BYTES_PER_TOKEN 4

/* Less than this tells a model nothing. */
#define MIN_BRIEF_BYTES 1600

/* Tokens that messages cost beyond their text: role marks, separators. */
#define OVERHEAD_TOKENS 64

static const char narrator_rules[] =
  "You are the narrator of an interactive story. The player's messages say what their character "
  "does (“Action”), says (“Speech”), or what happens next (“Story”).\n"
  "Tell what follows in the second person and the present tense, in two to five short paragraphs. "
  "Never decide what the player's character does, says or feels beyond the message. "
  "Let what was said before stay true. End where the player can act.\n";

/* When to call what; only of tools that are offered. */
static const struct
{
  const char *tool;
  const char *rule;
} tool_rules[] = {
  { "update_state", "When something changes for good (a place, a possession, a mood, a door), call "
                    "update_state. " },
  { "move_to", "When somebody goes elsewhere, call move_to; what a result says `happens`, tell. " },
  { "update_relationship", "When feelings change, call update_relationship. " },
  { "create_character", "For somebody new who will matter, call create_character. " },
  { "advance_time", "When time passes, call advance_time. " },
  { "set_goal", "When a goal opens or ends, call set_goal. " },
  { "search_lore", "What you do not know, look up before you tell it: search_lore, look_around. " },
  { "ask_character", "What somebody who is present has to say of weight, let them say themselves: "
                     "ask_character. " },
  { "draw_fortune", "When the player draws a fortune slip or asks about one, call draw_fortune. " },
  { "recall_turns", "What was told long ago, recall_turns has word for word. " },
  { "add_memory", "When something is worth remembering much later, call add_memory. " },
  { "roll_dice", "When an outcome is open, call roll_dice first and tell what the dice say. " },
};

static const char rules_for_all_tools[] =
  "Call tools together; an argument \"$1.total\" stands for the field total of the first call's "
  "result. ";

/* Follows what the scenario says of its facts. */
static const char rule_for_facts[] =
  "Whenever your telling changes one of these, call update_state for that entity; invent further "
  "attributes where the story needs them.\n";

static void
append_tool_rules (GString       *text,
                   SgToolCatalog *offered)
{
  for (guint i = 0; i < G_N_ELEMENTS (tool_rules); i++)
    {
      if (sg_tool_catalog_lookup (offered, tool_rules[i].tool) != NULL)
        g_string_append (text, tool_rules[i].rule);
    }

  if (sg_tool_catalog_get_n_tools (offered) > 0)
    g_string_append (text, rules_for_all_tools);
}

/**
 * sg_prompt_get_room:
 * @settings: the settings of the turn
 * @model: who tells it
 *
 * Returns: how many tokens prompt and reply may have together, as sg_token_estimate() counts them; 0 for
 *   no limit.  A model whose server counts more tokens has less room
 */
int
sg_prompt_get_room (SgEngineSettings *settings,
                    SgModel          *model)
{
  gint64 room = sg_engine_settings_get_number (settings, "context-tokens");
  gint64 context = sg_model_get_context_size (model);
  double ratio;

  if (context > 0)
    room = room > 0 ? MIN (room, context) : context;

  if (room == 0)
    return 0;

  /* Both come from the server, and what is too little or too much for anything is still a limit. */
  ratio = sg_model_get_token_ratio (model);

  return (int) CLAMP (room / ratio, 1, G_MAXINT);
}

/**
 * sg_prompt_estimate_fixed:
 * @brief: the text of the system message
 * @tools: (nullable): the tools as JSON
 *
 * Returns: how many tokens have what stands at the front of all prompts of a session, as estimated
 */
int
sg_prompt_estimate_fixed (const char *brief,
                          const char *tools)
{
  return sg_token_estimate (brief, -1) + sg_token_estimate (tools, -1);
}

/* How many bytes the scenario may take: its share, but no more than what the rules, the tools and the state
 * leave, and a few words of reply. */
static gsize
get_brief_length (SgToolCatalog *offered,
                  const char    *rules,
                  int            room)
{
  double share = room * BRIEF_SHARE;
  double rest;

  if (room <= 0)
    return 0;

  rest = room * (1 - STATE_SHARE - REPLY_SHARE) - OVERHEAD_TOKENS
         - sg_prompt_estimate_fixed (rules, sg_tool_catalog_get_json (offered));
  return (gsize) MAX (MIN_BRIEF_BYTES, MIN (share, rest) * BYTES_PER_TOKEN);
}

/**
 * sg_prompt_dup_brief:
 * @story: a story
 * @offered: the tools that are offered
 * @room: how many tokens prompt and reply may have together; the scenario takes no more than its share
 *   of them.  0 for no limit
 *
 * Returns: (transfer full): the text of the system message, the same for all turns of a story
 */
char *
sg_prompt_dup_brief (SgStory       *story,
                     SgToolCatalog *offered,
                     int            room)
{
  g_autofree char *scenario = NULL;
  GString *text;

  g_return_val_if_fail (SG_IS_STORY (story), NULL);
  g_return_val_if_fail (SG_IS_TOOL_CATALOG (offered), NULL);

  text = g_string_new (narrator_rules);
  append_tool_rules (text, offered);
  scenario = sg_scenario_dup_model_brief (sg_story_get_scenario (story), sg_story_get_language (story),
                                          get_brief_length (offered, text->str, room));
  g_string_append_printf (text, "Write the story as plain text, without headings%s.\n\n%s",
                          sg_tool_catalog_get_n_tools (offered) > 0
                            ? " and without naming the tools" : "", scenario);
  if (sg_tool_catalog_lookup (offered, "update_state") != NULL)
    g_string_append (text, rule_for_facts);

  return g_string_free (text, FALSE);
}

/**
 * sg_prompt_dup_input:
 * @mode: the mode of a turn, as it is stored
 * @input: the player's words
 *
 * Returns: (transfer full): the words as a model reads them; the same each time, so that the history
 *   of a later prompt has the bytes of the earlier one
 */
char *
sg_prompt_dup_input (const char *mode,
                     const char *input)
{
  if (g_strcmp0 (mode, "opening") == 0)
    return g_strdup ("Begin the story.");
  if (g_strcmp0 (mode, "continue") == 0 || input == NULL || *input == '\0')
    return g_strdup ("Continue.");
  if (g_strcmp0 (mode, "say") == 0)
    return g_strdup_printf ("Speech: “%s”", input);
  if (g_strcmp0 (mode, "story") == 0)
    return g_strdup_printf ("Story: %s", input);

  return g_strdup_printf ("Action: %s", input);
}

static void
append_memories (GString   *message,
                 GPtrArray *memories)
{
  if (memories == NULL || memories->len == 0)
    return;

  g_string_append (message, "[What may matter]\n");
  for (guint i = 0; i < memories->len; i++)
    g_string_append_printf (message, "- %s\n",
                            ((SgMemoryRow *) g_ptr_array_index (memories, i))->text);
  g_string_append_c (message, '\n');
}

/**
 * sg_prompt_dup_state:
 * @world: the world that a turn starts from
 *
 * Returns: (transfer full): what is true there, as a model reads it; empty for nothing
 */
char *
sg_prompt_dup_state (SgWorld *world)
{
  GString *text = g_string_new (NULL);

  sg_prompt_append_state (text, world, MAX_STATE_BYTES, NULL);

  return g_string_free (text, FALSE);
}

/* What changes every turn. */
static void
append_volatile (GString             *text,
                 const SgPromptParts *parts)
{
  gsize limit = MAX_STATE_BYTES;

  if (parts->room > 0)
    limit = CLAMP ((gsize) (parts->room * STATE_SHARE * BYTES_PER_TOKEN), MIN_STATE_BYTES, MAX_STATE_BYTES);
  sg_prompt_append_state (text, parts->world, limit, sg_history_get_state (parts->history));
  append_memories (text, parts->memories);
  if (parts->note != NULL)
    g_string_append (text, parts->note);
}

/* The summary changes only when a block of the history leaves, and then all behind it does. */
static SgMessage *
make_first_message (const SgPromptParts *parts,
                    gboolean             stable,
                    const SgSummaryRow  *summary)
{
  g_autoptr (GString) text = g_string_new (parts->brief);

  if (summary != NULL)
    g_string_append_printf (text, "\n[The story so far]\n%s\n", summary->text);

  if (!stable)
    {
      g_string_append_c (text, '\n');
      append_volatile (text, parts);
    }

  return sg_message_new (SG_ROLE_SYSTEM, text->str);
}

static SgMessage *
make_last_message (const SgPromptParts *parts,
                   gboolean             stable)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *input = NULL;

  if (stable)
    append_volatile (text, parts);
  input = sg_prompt_dup_input (sg_input_mode_to_string (parts->mode), parts->input);
  g_string_append (text, input);
  if (parts->fault != NULL)
    g_string_append_printf (text, "\n\n[Your last telling of this had a fault]\n%s\n"
                                  "Tell it again without that.", parts->fault);

  return sg_message_new (SG_ROLE_USER, text->str);
}

/* How many tokens are left for the history; 0 where there is no limit to keep to. */
static int
history_budget (const SgPromptParts *parts,
                const SgMessage     *last,
                gboolean             stable)
{
  g_autoptr (GString) changing = g_string_new (NULL);
  int reply = sg_engine_settings_get_number (parts->settings, "max-tokens");
  int spent;

  if (parts->room <= 0)
    return 0;

  if (!stable)
    append_volatile (changing, parts);
  spent = parts->fixed_tokens > 0 ? parts->fixed_tokens
                                  : sg_prompt_estimate_fixed (parts->brief, parts->tools);
  spent += sg_token_estimate (changing->str, -1) + sg_token_estimate (last->content, -1)
           + sg_history_get_summary_tokens (parts->history)
           + sg_token_estimate (parts->draft, -1) + OVERHEAD_TOKENS;

  /* A small context cannot hold a full reply beside the prompt; a quarter of it is kept for one. */
  return MAX (1, parts->room - spent - MIN (reply, parts->room / 4));
}

static void
add_history (SgModelRequest *request,
             SgHistory      *history)
{
  GPtrArray *turns = sg_history_get_turns (history);
  GPtrArray *messages = sg_history_get_messages (history);

  for (guint i = messages->len / 2; i < turns->len; i++)
    {
      const SgTurnRow *turn = g_ptr_array_index (turns, i);
      g_autofree char *input = sg_prompt_dup_input (turn->mode, turn->input);

      g_ptr_array_add (messages, sg_message_new (SG_ROLE_USER, input));
      g_ptr_array_add (messages, sg_message_new (SG_ROLE_ASSISTANT, turn->text));
    }

  for (guint i = 0; i < messages->len; i++)
    sg_model_request_add_message (request, sg_message_ref (g_ptr_array_index (messages, i)));
}

/**
 * sg_prompt_fill:
 * @request: a request without messages
 * @parts: what the prompt is made of; its history is trimmed where it is too long
 *
 * Puts the prompt of a turn into a request.
 */
void
sg_prompt_fill (SgModelRequest      *request,
                const SgPromptParts *parts)
{
  SgMessage *last;
  gboolean stable;
  int history_turns, max_tokens;
  double temperature;

  g_return_if_fail (SG_IS_MODEL_REQUEST (request));
  g_return_if_fail (parts != NULL);

  g_object_get (parts->settings, "history-turns", &history_turns, "max-tokens", &max_tokens,
                "temperature", &temperature, NULL);
  stable = sg_engine_settings_is_on (parts->settings, "stable-prefix");
  last = make_last_message (parts, stable);
  if (!parts->trimmed)
    sg_history_trim (parts->history, history_turns, history_budget (parts, last, stable), stable);

  sg_model_request_add_message (
    request, make_first_message (parts, stable, sg_history_get_summary (parts->history)));
  add_history (request, parts->history);
  sg_model_request_add_message (request, last);

  if (parts->draft != NULL)
    {
      sg_model_request_add_message (request, sg_message_new (SG_ROLE_ASSISTANT, parts->draft));
      sg_model_request_add_message (
        request, sg_message_new (SG_ROLE_USER,
                                 "Your text broke off. Go on exactly where it ends, in the middle "
                                 "of the sentence if need be, and repeat nothing."));
    }

  sg_model_request_set_tools (request, parts->tools);
  if (parts->earlier != NULL)
    sg_model_request_share (request, parts->earlier);
  sg_model_request_set_max_tokens (request, max_tokens);
  sg_model_request_set_temperature (request, temperature);
}
