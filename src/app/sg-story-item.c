/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-story-item.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

struct _SgStoryItem
{
  GObject     parent_instance;

  SgStoryRow *row;
};

G_DEFINE_FINAL_TYPE (SgStoryItem, sg_story_item, G_TYPE_OBJECT)

static void
sg_story_item_finalize (GObject *object)
{
  g_clear_pointer (&SG_STORY_ITEM (object)->row, sg_story_row_free);

  G_OBJECT_CLASS (sg_story_item_parent_class)->finalize (object);
}

static void
sg_story_item_class_init (SgStoryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_story_item_finalize;
}

static void
sg_story_item_init (SgStoryItem *self)
{
}

/**
 * sg_story_item_new:
 * @row: (transfer full): the story
 *
 * Returns: (transfer full): the item
 */
SgStoryItem *
sg_story_item_new (SgStoryRow *row)
{
  SgStoryItem *self = g_object_new (SG_TYPE_STORY_ITEM, NULL);

  self->row = row;
  return self;
}

const SgStoryRow *
sg_story_item_get_row (SgStoryItem *self)
{
  g_return_val_if_fail (SG_IS_STORY_ITEM (self), NULL);

  return self->row;
}

static gboolean
contains (const char *text,
          const char *word)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, word) != NULL;
}

/**
 * sg_story_item_matches:
 * @self: a story
 * @words: what is looked for
 *
 * Returns: whether each of the words is in its title, its scenario's name or its excerpt
 */
gboolean
sg_story_item_matches (SgStoryItem *self,
                       const char  *words)
{
  g_autofree char *folded = g_utf8_casefold (words, -1);
  g_auto (GStrv) each = g_strsplit_set (folded, " \t", -1);

  g_return_val_if_fail (SG_IS_STORY_ITEM (self), FALSE);

  for (guint i = 0; each[i] != NULL; i++)
    {
      if (!contains (self->row->title, each[i]) && !contains (self->row->scenario_id, each[i])
          && !contains (self->row->excerpt, each[i]))
        return FALSE;
    }
  return TRUE;
}

/**
 * sg_story_item_dup_played:
 * @played: a time, in microseconds since the epoch
 * @now: the present, likewise
 *
 * Says when a story was last played as one would in a sentence.
 *
 * Returns: (transfer full): such as `5 minutes ago`, `Yesterday` or `4 May 2025`
 */
char *
sg_story_item_dup_played (gint64 played,
                          gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (played / G_USEC_PER_SEC);
  g_autoptr (GDateTime) present = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
  gint64 seconds = (now - played) / G_USEC_PER_SEC;
  GDate then_day, today;
  int days;

  if (then == NULL || present == NULL)
    return g_strdup ("");
  if (seconds >= 0 && seconds < 60)
    return g_strdup (_("Just now"));
  if (seconds >= 0 && seconds < 3600)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d minute ago", "%d minutes ago",
                                         (gulong) (seconds / 60)),
                            (int) (seconds / 60));

  g_date_clear (&then_day, 1);
  g_date_clear (&today, 1);
  g_date_set_dmy (&then_day, (GDateDay) g_date_time_get_day_of_month (then),
                  (GDateMonth) g_date_time_get_month (then), (GDateYear) g_date_time_get_year (then));
  g_date_set_dmy (&today, (GDateDay) g_date_time_get_day_of_month (present),
                  (GDateMonth) g_date_time_get_month (present),
                  (GDateYear) g_date_time_get_year (present));
  days = g_date_days_between (&then_day, &today);

  if (days == 0)
    return g_date_time_format (then, _("Today, %H:%M"));
  if (days == 1)
    return g_date_time_format (then, _("Yesterday, %H:%M"));
  if (days > 1 && days < 7)
    return g_date_time_format (then, "%A");
  /* Translators: a date, as strftime() takes it */
  return g_date_time_format (then, _("%-e %B %Y"));
}
