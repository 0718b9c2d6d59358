/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A call that writes does not write into the turn: it gets a layer above the overlay of the turn,
 * and the runner puts that layer's changes into the overlay in one go when the call has
 * gone well.  So a call is all or nothing, and one that was cancelled or timed out may
 * go on as long as it likes: what it writes belongs to nobody.
 */

#include "config.h"

#include "tools/sg-tool-context.h"

struct _SgToolContext
{
  GObject    parent_instance;

  SgWorld   *world;
  SgLibrary *library;
  SgPath    *path;
  guint64    seed;
  SgAsker   *asker;
  SgEmbedder *embedder;
  SgScenario *scenario;
  char      *language;
  char      *input;

  /* Of the context of a call. */
  SgToolContext     *turn;
  guint              position;
  guint              span;
  gboolean           heard;
  SgToolPartialFunc  partial;
  gpointer           partial_data;
};

enum
{
  SIGNAL_REPORT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgToolContext, sg_tool_context, G_TYPE_OBJECT)

static void
sg_tool_context_finalize (GObject *object)
{
  SgToolContext *self = SG_TOOL_CONTEXT (object);

  g_clear_object (&self->world);
  g_clear_object (&self->library);
  g_clear_object (&self->turn);
  g_clear_object (&self->asker);
  g_clear_object (&self->embedder);
  g_clear_object (&self->scenario);
  g_clear_pointer (&self->language, g_free);
  g_clear_pointer (&self->input, g_free);
  g_clear_pointer (&self->path, sg_path_free);

  G_OBJECT_CLASS (sg_tool_context_parent_class)->finalize (object);
}

static void
sg_tool_context_class_init (SgToolContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_tool_context_finalize;

  /**
   * SgToolContext::report:
   * @section: which part of the result it belongs to
   * @text: a piece of text for the player
   */
  signals[SIGNAL_REPORT] =
    g_signal_new ("report", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                  G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
sg_tool_context_init (SgToolContext *self)
{
}

/**
 * sg_tool_context_new:
 * @world: the overlay of the turn
 * @library: (nullable): where memories are searched
 * @path: (nullable): the path to the turn before; copied
 * @seed: the seed of the turn and alternative
 *
 * Returns: (transfer full): the context of a turn
 */
SgToolContext *
sg_tool_context_new (SgWorld      *world,
                     SgLibrary    *library,
                     const SgPath *path,
                     guint64       seed)
{
  SgToolContext *self;

  g_return_val_if_fail (SG_IS_WORLD (world), NULL);
  g_return_val_if_fail (library == NULL || SG_IS_LIBRARY (library), NULL);

  self = g_object_new (SG_TYPE_TOOL_CONTEXT, NULL);
  self->world = g_object_ref (world);
  if (library != NULL)
    self->library = g_object_ref (library);
  if (path != NULL)
    self->path = sg_path_copy (path);
  self->seed = seed;

  return self;
}

/**
 * sg_tool_context_new_for_call:
 * @turn: the context of the turn
 * @position: the position of the call, from 0
 * @span: the span of the call, or 0
 * @writes: whether the call may write
 *
 * Returns: (transfer full): the context of a call
 */
SgToolContext *
sg_tool_context_new_for_call (SgToolContext *turn,
                              guint          position,
                              guint          span,
                              gboolean       writes)
{
  SgToolContext *self;

  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (turn) && turn->turn == NULL, NULL);

  self = g_object_new (SG_TYPE_TOOL_CONTEXT, NULL);
  self->turn = g_object_ref (turn);
  self->position = position;
  self->span = span;
  self->world = writes ? sg_world_new_overlay (turn->world) : g_object_ref (turn->world);

  return self;
}

/**
 * sg_tool_context_get_world:
 *
 * Returns: (transfer none): what to read, and to write into where the tool is one that writes
 */
SgWorld *
sg_tool_context_get_world (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  return self->world;
}

/**
 * sg_tool_context_get_library:
 *
 * Returns: (transfer none) (nullable): where memories are searched
 */
SgLibrary *
sg_tool_context_get_library (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  return self->turn != NULL ? self->turn->library : self->library;
}

/**
 * sg_tool_context_get_path:
 *
 * Returns: (transfer none) (nullable): the path to the turn before
 */
const SgPath *
sg_tool_context_get_path (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  return self->turn != NULL ? self->turn->path : self->path;
}

/**
 * sg_tool_context_get_input:
 *
 * Returns: (nullable): the player's words
 */
const char *
sg_tool_context_get_input (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  return self->turn != NULL ? self->turn->input : self->input;
}

void
sg_tool_context_set_input (SgToolContext *self,
                           const char    *input)
{
  g_return_if_fail (SG_IS_TOOL_CONTEXT (self) && self->turn == NULL);

  g_free (self->input);
  self->input = g_strdup (input);
}

/**
 * sg_tool_context_get_seed:
 *
 * Returns: the seed of the turn and alternative
 */
guint64
sg_tool_context_get_seed (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), 0);

  return self->turn != NULL ? self->turn->seed : self->seed;
}

/**
 * sg_tool_context_get_position:
 *
 * Returns: the position of the call among those of the turn, from 0
 */
guint
sg_tool_context_get_position (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), 0);

  return self->position;
}

static SgToolContext *
get_turn (SgToolContext *self)
{
  return self->turn != NULL ? self->turn : self;
}

/**
 * sg_tool_context_get_asker:
 *
 * Returns: (transfer none) (nullable): what asks the model that tells the story; %NULL where the story is
 *   told without a language model
 */
SgAsker *
sg_tool_context_get_asker (SgToolContext *self)
{
  SgAsker *asker;

  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  asker = get_turn (self)->asker;

  return asker != NULL && sg_asker_can_ask (asker) ? asker : NULL;
}

/**
 * sg_tool_context_set_asker:
 * @self: the context of a turn
 * @asker: (nullable): what the tools ask with
 */
void
sg_tool_context_set_asker (SgToolContext *self,
                           SgAsker       *asker)
{
  g_return_if_fail (SG_IS_TOOL_CONTEXT (self) && self->turn == NULL);

  g_set_object (&self->asker, asker);
}

/**
 * sg_tool_context_get_embedder:
 *
 * Returns: (transfer none) (nullable): what finds the meaning of texts
 */
SgEmbedder *
sg_tool_context_get_embedder (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  return get_turn (self)->embedder;
}

/**
 * sg_tool_context_set_embedder:
 * @self: the context of a turn
 * @embedder: (nullable): what the tools ask for meanings
 */
void
sg_tool_context_set_embedder (SgToolContext *self,
                              SgEmbedder    *embedder)
{
  g_return_if_fail (SG_IS_TOOL_CONTEXT (self) && self->turn == NULL);

  g_set_object (&self->embedder, embedder);
}

/**
 * sg_tool_context_get_scenario:
 *
 * Returns: (transfer none) (nullable): the scenario that is played
 */
SgScenario *
sg_tool_context_get_scenario (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  return get_turn (self)->scenario;
}

/**
 * sg_tool_context_get_language:
 *
 * Returns: (transfer none) (nullable): the language of the story, such as `en`
 */
const char *
sg_tool_context_get_language (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  return get_turn (self)->language;
}

/**
 * sg_tool_context_set_scenario:
 * @self: the context of a turn
 * @scenario: (nullable): the scenario that is played
 * @language: (nullable): the language of the story
 */
void
sg_tool_context_set_scenario (SgToolContext *self,
                              SgScenario    *scenario,
                              const char    *language)
{
  g_return_if_fail (SG_IS_TOOL_CONTEXT (self) && self->turn == NULL);

  g_set_object (&self->scenario, scenario);
  g_free (self->language);
  self->language = g_strdup (language);
}

/**
 * sg_tool_context_get_span:
 *
 * Returns: the span of the call, or 0
 */
guint
sg_tool_context_get_span (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), 0);

  return self->span;
}

/**
 * sg_tool_context_set_heard:
 * @self: the context of a call
 *
 * The result of the call tells the model something that it has to tell on, though the call is a write: the
 * turn then does not end without it.
 */
void
sg_tool_context_set_heard (SgToolContext *self)
{
  g_return_if_fail (SG_IS_TOOL_CONTEXT (self));

  self->heard = TRUE;
}

/**
 * sg_tool_context_get_heard:
 *
 * Returns: whether the model has to hear the result of the call
 */
gboolean
sg_tool_context_get_heard (SgToolContext *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), FALSE);

  return self->heard;
}

/**
 * sg_tool_context_set_partial:
 * @self: the context of a call
 * @func: (nullable) (scope forever): returns what there is so far
 * @data: data for @func; it has to live until the call has returned or @func is unset
 *
 * Sets what is called when the time of the call is up.  Whatever it returns is the result of the call then, and what
 * it has written takes effect; the call is cancelled after that.  To be unset before the call itself returns.
 */
void
sg_tool_context_set_partial (SgToolContext     *self,
                             SgToolPartialFunc  func,
                             gpointer           data)
{
  g_return_if_fail (SG_IS_TOOL_CONTEXT (self));

  self->partial = func;
  self->partial_data = data;
}

/**
 * sg_tool_context_take_partial:
 * @self: the context of a call
 *
 * Returns: (transfer full) (nullable): what the call has got done so far, an object; %NULL where that is nothing, or
 *   where only the whole counts
 */
JsonNode *
sg_tool_context_take_partial (SgToolContext *self)
{
  SgToolPartialFunc partial;

  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (self), NULL);

  partial = g_steal_pointer (&self->partial);

  return partial != NULL ? partial (self->partial_data) : NULL;
}

/**
 * sg_tool_context_report:
 * @self: the context of a call
 * @section: which part of the result it belongs to
 * @text: a piece of text, UTF-8
 *
 * Tells the player a piece of the result while the call still runs.  From the main loop only.  What is
 * reported by a call that has been cancelled or has timed out goes nowhere.
 */
void
sg_tool_context_report (SgToolContext *self,
                        const char    *section,
                        const char    *text)
{
  g_return_if_fail (SG_IS_TOOL_CONTEXT (self));
  g_return_if_fail (section != NULL && text != NULL);

  g_signal_emit (self, signals[SIGNAL_REPORT], 0, section, text);
}

/**
 * sg_tool_context_take_effect:
 * @self: the context of a call that writes
 *
 * Puts what the call wrote into the overlay of the turn.
 */
void
sg_tool_context_take_effect (SgToolContext *self)
{
  GPtrArray *changes, *memories;

  g_return_if_fail (SG_IS_TOOL_CONTEXT (self) && self->turn != NULL);
  g_return_if_fail (self->world != self->turn->world);

  changes = sg_world_get_changes (self->world);
  for (guint i = 0; i < changes->len; i++)
    {
      const SgFact *fact = g_ptr_array_index (changes, i);

      sg_world_set (self->turn->world, fact->entity, fact->attribute, json_node_copy (fact->value),
                    fact->call);
    }

  memories = sg_world_get_new_memories (self->world);
  for (guint i = 0; i < memories->len; i++)
    {
      const SgMemory *memory = g_ptr_array_index (memories, i);

      sg_world_add_memory (self->turn->world, memory->text, memory->keywords, memory->importance,
                           memory->call);
    }

  if (sg_world_get_choices (self->world) != NULL)
    sg_world_set_choices (self->turn->world, sg_world_get_choices (self->world));
}
