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

  /* Of the context of a call. */
  SgToolContext *turn;
  guint          position;
};

G_DEFINE_FINAL_TYPE (SgToolContext, sg_tool_context, G_TYPE_OBJECT)

static void
sg_tool_context_finalize (GObject *object)
{
  SgToolContext *self = SG_TOOL_CONTEXT (object);

  g_clear_object (&self->world);
  g_clear_object (&self->library);
  g_clear_object (&self->turn);
  g_clear_pointer (&self->path, sg_path_free);

  G_OBJECT_CLASS (sg_tool_context_parent_class)->finalize (object);
}

static void
sg_tool_context_class_init (SgToolContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_tool_context_finalize;
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
 * @writes: whether the call may write
 *
 * Returns: (transfer full): the context of a call
 */
SgToolContext *
sg_tool_context_new_for_call (SgToolContext *turn,
                              guint          position,
                              gboolean       writes)
{
  SgToolContext *self;

  g_return_val_if_fail (SG_IS_TOOL_CONTEXT (turn) && turn->turn == NULL, NULL);

  self = g_object_new (SG_TYPE_TOOL_CONTEXT, NULL);
  self->turn = g_object_ref (turn);
  self->position = position;
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
