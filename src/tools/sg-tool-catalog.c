/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools that a model is offered, in a fixed order.  Their description stands at the very
 * beginning of every prompt, so it has to be the same bytes each time: it is made once and kept.
 */

#include "config.h"

#include "tools/sg-tool-catalog.h"

#include "tools/sg-story-tools.h"
#include "tools/sg-tool-json.h"
#include "world/sg-scenario-data.h"

#include <string.h>

struct _SgToolCatalog
{
  GObject     parent_instance;

  GPtrArray  *tools;
  GHashTable *by_name;
  char      **names;
  char       *json;
};

G_DEFINE_FINAL_TYPE (SgToolCatalog, sg_tool_catalog, G_TYPE_OBJECT)

static void
sg_tool_catalog_finalize (GObject *object)
{
  SgToolCatalog *self = SG_TOOL_CATALOG (object);

  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->tools, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->json, g_free);

  G_OBJECT_CLASS (sg_tool_catalog_parent_class)->finalize (object);
}

static void
sg_tool_catalog_class_init (SgToolCatalogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sg_tool_catalog_finalize;
}

static void
sg_tool_catalog_init (SgToolCatalog *self)
{
  self->tools = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * sg_tool_catalog_new:
 *
 * Returns: (transfer full): a catalog without tools
 */
SgToolCatalog *
sg_tool_catalog_new (void)
{
  return g_object_new (SG_TYPE_TOOL_CATALOG, NULL);
}

/* All tools, in the order in which they are offered: what every story needs comes first, so that a larger set
 * begins with the bytes of a smaller one. */
static const struct
{
  GType      (*get_type) (void);
  SgToolSet    set;
} tools[] = {
  { sg_read_state_tool_get_type, SG_TOOL_SET_CORE },
  { sg_update_state_tool_get_type, SG_TOOL_SET_CORE },
  { sg_add_memory_tool_get_type, SG_TOOL_SET_CORE },
  { sg_roll_dice_tool_get_type, SG_TOOL_SET_CORE },
  { sg_offer_choices_tool_get_type, SG_TOOL_SET_CORE },
  { sg_move_to_tool_get_type, SG_TOOL_SET_CORE },

  { sg_search_memories_tool_get_type, SG_TOOL_SET_MORE },
  { sg_look_around_tool_get_type, SG_TOOL_SET_MORE },
  { sg_search_lore_tool_get_type, SG_TOOL_SET_MORE },
  { sg_recall_turns_tool_get_type, SG_TOOL_SET_MORE },
  { sg_update_relationship_tool_get_type, SG_TOOL_SET_MORE },
  { sg_create_character_tool_get_type, SG_TOOL_SET_MORE },
  { sg_advance_time_tool_get_type, SG_TOOL_SET_MORE },
  { sg_set_goal_tool_get_type, SG_TOOL_SET_MORE },
  { sg_ask_character_tool_get_type, SG_TOOL_SET_MORE },

  { sg_semantic_search_tool_get_type, SG_TOOL_SET_ALL },
  { sg_stateful_read_tool_get_type, SG_TOOL_SET_ALL },
  { sg_list_characters_tool_get_type, SG_TOOL_SET_ALL },
  { sg_query_relationships_tool_get_type, SG_TOOL_SET_ALL },
  { sg_update_world_tool_get_type, SG_TOOL_SET_ALL },
  { sg_batch_memory_tool_get_type, SG_TOOL_SET_ALL },
  { sg_generate_characters_tool_get_type, SG_TOOL_SET_ALL },
};

/* Those that only some scenarios have a use for, and the section that they need; every set has them. */
static const struct
{
  GType      (*get_type) (void);
  const char  *section;
} scenario_tools[] = {
  { sg_draw_fortune_tool_get_type, "fortunes" },
};

/**
 * sg_tool_catalog_new_default:
 *
 * Returns: (transfer full): a catalog with all tools that every story has
 */
SgToolCatalog *
sg_tool_catalog_new_default (void)
{
  SgToolCatalog *self = sg_tool_catalog_new ();

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      g_autoptr (SgTool) tool = g_object_new (tools[i].get_type (), NULL);

      sg_tool_catalog_add (self, tool);
    }

  return self;
}

/**
 * sg_tool_catalog_add_for_scenario:
 * @scenario: (nullable): the scenario of a story, or %NULL for whatever a scenario may need
 *
 * Adds the tools that not every story has.
 */
void
sg_tool_catalog_add_for_scenario (SgToolCatalog *self,
                                  SgScenario    *scenario)
{
  g_return_if_fail (SG_IS_TOOL_CATALOG (self));

  for (guint i = 0; i < G_N_ELEMENTS (scenario_tools); i++)
    {
      g_autoptr (SgTool) tool = NULL;

      if (scenario != NULL && sg_scenario_get_section (scenario, scenario_tools[i].section) == NULL)
        continue;
      tool = g_object_new (scenario_tools[i].get_type (), NULL);
      sg_tool_catalog_add (self, tool);
    }
}

/**
 * sg_tool_catalog_new_without:
 * @all: a catalog
 * @names: the names of tools, with commas between them; those that are not in @all count for nothing
 *
 * Returns: (transfer full): a catalog with the other tools of @all, in the same order
 */
SgToolCatalog *
sg_tool_catalog_new_without (SgToolCatalog *all,
                             const char    *names)
{
  SgToolCatalog *self = sg_tool_catalog_new ();
  g_auto (GStrv) left_out = NULL;

  g_return_val_if_fail (SG_IS_TOOL_CATALOG (all), self);
  g_return_val_if_fail (names != NULL, self);

  left_out = g_strsplit_set (names, ", \t\n", -1);
  for (guint i = 0; i < all->tools->len; i++)
    {
      SgTool *tool = g_ptr_array_index (all->tools, i);

      if (!g_strv_contains ((const char *const *) left_out, sg_tool_get_name (tool)))
        sg_tool_catalog_add (self, tool);
    }

  return self;
}

/**
 * sg_tool_set_dup_rest:
 * @set: a set of tools
 *
 * Returns: (transfer full): the names of the tools that are not in the set, with commas between them
 */
char *
sg_tool_set_dup_rest (SgToolSet set)
{
  GString *rest = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      if (tools[i].set > set)
        {
          g_autoptr (GTypeClass) klass = g_type_class_ref (tools[i].get_type ());

          g_string_append_printf (rest, "%s%s", rest->len > 0 ? "," : "", SG_TOOL_CLASS (klass)->name);
        }
    }

  return g_string_free (rest, FALSE);
}

/**
 * sg_tool_catalog_add:
 * @tool: a tool whose name is not in the catalog yet
 *
 * Adds a tool at the end.
 */
void
sg_tool_catalog_add (SgToolCatalog *self,
                     SgTool        *tool)
{
  g_return_if_fail (SG_IS_TOOL_CATALOG (self));
  g_return_if_fail (SG_IS_TOOL (tool));
  g_return_if_fail (sg_tool_catalog_lookup (self, sg_tool_get_name (tool)) == NULL);

  g_ptr_array_add (self->tools, g_object_ref (tool));
  g_hash_table_insert (self->by_name, (gpointer) sg_tool_get_name (tool), tool);
  g_clear_pointer (&self->json, g_free);
  g_clear_pointer (&self->names, g_strfreev);
}

/**
 * sg_tool_catalog_lookup:
 * @name: the name of a tool
 *
 * Returns: (transfer none) (nullable): the tool
 */
SgTool *
sg_tool_catalog_lookup (SgToolCatalog *self,
                        const char    *name)
{
  g_return_val_if_fail (SG_IS_TOOL_CATALOG (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return g_hash_table_lookup (self->by_name, name);
}

/**
 * sg_tool_catalog_get_n_tools:
 *
 * Returns: how many tools there are
 */
guint
sg_tool_catalog_get_n_tools (SgToolCatalog *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CATALOG (self), 0);

  return self->tools->len;
}

/**
 * sg_tool_catalog_get_names:
 *
 * Returns: (transfer none): the names of the tools, in order; valid until a tool is added
 */
const char *const *
sg_tool_catalog_get_names (SgToolCatalog *self)
{
  g_return_val_if_fail (SG_IS_TOOL_CATALOG (self), NULL);

  if (self->names == NULL)
    {
      self->names = g_new0 (char *, self->tools->len + 1);
      for (guint i = 0; i < self->tools->len; i++)
        self->names[i] = g_strdup (sg_tool_get_name (g_ptr_array_index (self->tools, i)));
    }

  return (const char *const *) self->names;
}

static void
append_tool (GString *out,
             SgTool  *tool)
{
  g_autofree char *parameters = sg_tool_dup_parameters (tool);
  const char *name = sg_tool_get_name (tool);
  const char *description = sg_tool_get_description (tool);

  if (parameters == NULL)
    return;

  if (out->len > 1)
    g_string_append_c (out, ',');
  g_string_append (out, "{\"type\":\"function\",\"function\":{\"name\":");
  sg_tool_json_append_string (out, name, strlen (name));
  g_string_append (out, ",\"description\":");
  sg_tool_json_append_string (out, description, strlen (description));
  g_string_append_printf (out, ",\"parameters\":%s}}", parameters);
}

/**
 * sg_tool_catalog_get_json:
 *
 * Returns: (transfer none): the `tools` array of a chat-completions request; valid until a
 *   tool is added
 */
const char *
sg_tool_catalog_get_json (SgToolCatalog *self)
{
  GString *out;

  g_return_val_if_fail (SG_IS_TOOL_CATALOG (self), NULL);

  if (self->json != NULL)
    return self->json;

  out = g_string_new ("[");
  for (guint i = 0; i < self->tools->len; i++)
    append_tool (out, g_ptr_array_index (self->tools, i));
  g_string_append_c (out, ']');
  self->json = g_string_free (out, FALSE);

  return self->json;
}

/**
 * sg_tool_catalog_forget:
 *
 * Drops the array that is kept, so that it is made anew: what keeping it saves can then be measured.
 */
void
sg_tool_catalog_forget (SgToolCatalog *self)
{
  g_return_if_fail (SG_IS_TOOL_CATALOG (self));

  g_clear_pointer (&self->json, g_free);
}
