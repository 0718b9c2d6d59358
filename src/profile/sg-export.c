/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "profile/sg-export.h"

#include "profile/sg-export-private.h"

#define DEFAULT_WIDTH 100

/**
 * sg_export_format_from_string:
 * @string: a name as it is written on the command line
 * @format: (out): the format
 *
 * Returns: whether there is such a format
 */
gboolean
sg_export_format_from_string (const char     *string,
                              SgExportFormat *format)
{
  static const char *const names[] = { "table", "json" };

  g_return_val_if_fail (string != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (string, names[i]))
      {
        *format = (SgExportFormat) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * sg_export_turn_new:
 * @turn: the id of the turn
 * @depth: its depth
 * @title: (nullable): a line that names it
 * @trace: its trace
 *
 * Returns: (transfer full): a turn to export
 */
SgExportTurn *
sg_export_turn_new (gint64      turn,
                    gint64      depth,
                    const char *title,
                    SgTrace    *trace)
{
  SgExportTurn *self = g_new0 (SgExportTurn, 1);

  self->turn = turn;
  self->depth = depth;
  self->title = g_strdup (title);
  self->trace = g_object_ref (trace);

  return self;
}

/**
 * sg_export_turn_free:
 * @self: (transfer full): a turn
 */
void
sg_export_turn_free (SgExportTurn *self)
{
  g_free (self->title);
  g_free (self->settings);
  g_object_unref (self->trace);
  g_free (self);
}

static char *
object_to_text (JsonNode *node)
{
  g_autofree char *json = json_to_string (node, TRUE);

  return g_strconcat (json, "\n", NULL);
}

static char *
export_json (GPtrArray *turns)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < turns->len; i++)
    {
      const SgExportTurn *turn = g_ptr_array_index (turns, i);
      JsonObject *object = sg_export_build_object (turn->trace);
      JsonNode *settings;

      json_object_set_int_member (object, "turn", turn->turn);
      json_object_set_int_member (object, "depth", turn->depth);
      if (turn->title != NULL)
        json_object_set_string_member (object, "title", turn->title);
      settings = turn->settings != NULL ? json_from_string (turn->settings, NULL) : NULL;
      if (settings != NULL)
        json_object_set_member (object, "settings", settings);
      json_array_add_object_element (array, object);
    }

  json_node_take_array (node, array);
  return object_to_text (node);
}

static char *
export_table (GPtrArray *turns,
              guint      width)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < turns->len; i++)
    {
      const SgExportTurn *turn = g_ptr_array_index (turns, i);

      if (i > 0)
        g_string_append_c (text, '\n');
      sg_export_write_title (text, turn->depth, turn->title);
      sg_export_write_table (text, turn->trace, width);
    }

  return g_string_free (text, FALSE);
}

/**
 * sg_export_turns:
 * @turns: (element-type SgExportTurn): the turns
 * @format: how
 * @width: columns of the terminal, or 0
 *
 * Returns: (transfer full): the text, ending with a line break
 */
char *
sg_export_turns (GPtrArray      *turns,
                 SgExportFormat  format,
                 guint           width)
{
  g_return_val_if_fail (turns != NULL, NULL);

  if (format == SG_EXPORT_JSON)
    return export_json (turns);

  return export_table (turns, width > 0 ? width : DEFAULT_WIDTH);
}

/**
 * sg_export_trace_table:
 * @trace: a trace
 * @width: columns of the terminal, or 0
 *
 * Returns: (transfer full): figures, a waterfall, and where the time went
 */
char *
sg_export_trace_table (SgTrace *trace,
                       guint    width)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (SG_IS_TRACE (trace), g_string_free (text, FALSE));

  sg_export_write_table (text, trace, width > 0 ? width : DEFAULT_WIDTH);
  return g_string_free (text, FALSE);
}

/**
 * sg_export_trace_json:
 * @trace: a trace
 *
 * Returns: (transfer full): a JSON object: duration, figures, marks, work, spans and flags
 */
char *
sg_export_trace_json (SgTrace *trace)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  g_return_val_if_fail (SG_IS_TRACE (trace), NULL);

  json_node_take_object (node, sg_export_build_object (trace));
  return object_to_text (node);
}
