/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-library-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/sg-scenario-list.h"
#include "app/sg-story-card.h"
#include "app/sg-story-item.h"
#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-focus.h"
#include "store/sg-tables.h"
#include "world/sg-scenario.h"

/* With more stories than this there is something to search. */
#define FEW 5

/* More than fit on a screen; what comes after them can wait until they have been painted. */
#define SCREENFUL 20

struct _SgLibraryPage
{
  GtkWidget           parent_instance;

  GtkMenuButton      *menu_button;
  GtkWidget          *search_button;
  GtkSearchBar       *search_bar;
  GtkSearchEntry     *search_entry;
  GtkStack           *stack;
  GtkListView        *list;
  SgScenarioList     *scenarios;

  SgLibrary          *library;
  GListStore         *stories;
  GtkFilter          *filter;
  GtkFilterListModel *shown;
  GtkSliceListModel  *begun;
  GCancellable       *loading;

  /* Id of a scenario to its title; NULL until they have been read. */
  GHashTable         *scenario_titles;
  gboolean            titles_asked;

  /* Stays what it was once all are in the list. */
  guint               tick;
  gboolean            painted;
};

enum
{
  PROP_0,
  PROP_LIBRARY,
  N_PROPS
};

enum
{
  CHOSEN,
  LOADED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgLibraryPage, sg_library_page, GTK_TYPE_WIDGET)

typedef struct
{
  GPtrArray *rows;
} List;

static void
list_free (gpointer data)
{
  List *job = data;

  g_clear_pointer (&job->rows, g_ptr_array_unref);
  g_free (job);
}

static gboolean
list_job (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  List *job = data;

  job->rows = sg_stories_list (connection, error);
  return job->rows != NULL;
}

static void
update_stack (SgLibraryPage *self)
{
  guint n_stories = g_list_model_get_n_items (G_LIST_MODEL (self->stories));
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  const char *name = "stories";

  if (n_stories == 0)
    name = "empty";
  else if (n_shown == 0)
    name = "nothing-found";
  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_widget_set_visible (self->search_button, n_stories > FEW);
  if (n_stories <= FEW)
    gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

/* A list makes and measures all its rows before it shows the first of them.  So it begins with those that can
 * be seen, and gets some more in each frame after. */
static gboolean
show_more_cb (GtkWidget     *list,
              GdkFrameClock *clock,
              gpointer       user_data)
{
  SgLibraryPage *self = user_data;
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  guint n_begun = gtk_slice_list_model_get_size (self->begun);

  /* The first call is for the frame that is about to be painted. */
  if (!self->painted)
    {
      self->painted = TRUE;
      return G_SOURCE_CONTINUE;
    }
  if (n_begun < n_shown)
    {
      gtk_slice_list_model_set_size (self->begun, n_begun + SCREENFUL);
      return G_SOURCE_CONTINUE;
    }
  gtk_slice_list_model_set_size (self->begun, G_MAXUINT);
  return G_SOURCE_REMOVE;
}

static void
show_rows (SgLibraryPage *self,
           GPtrArray     *rows)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (items, sg_story_item_new (g_ptr_array_index (rows, i)));
  g_ptr_array_set_free_func (rows, NULL);
  g_list_store_splice (self->stories, 0, g_list_model_get_n_items (G_LIST_MODEL (self->stories)),
                       items->pdata, items->len);
  if (rows->len > 0 && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), show_more_cb, self, NULL);
  update_stack (self);
}

static void
read_titles_thread (GTask        *task,
                    gpointer      source,
                    gpointer      task_data,
                    GCancellable *cancellable)
{
  GHashTable *titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) scenarios = sg_scenario_list_installed_with_faults (faults);

  for (guint i = 0; i < scenarios->len; i++)
    {
      SgScenario *scenario = g_ptr_array_index (scenarios, i);

      g_hash_table_insert (titles, g_strdup (sg_scenario_get_id (scenario)),
                           g_strdup (sg_scenario_get_title (scenario)));
    }
  g_task_return_pointer (task, titles, (GDestroyNotify) g_hash_table_unref);
}

/* A card names the scenario where the title of the story does not. */
static void
name_scenario (SgLibraryPage *self,
               SgStoryCard   *card)
{
  SgStoryItem *item = sg_story_card_get_item (card);
  const SgStoryRow *row = item != NULL ? sg_story_item_get_row (item) : NULL;
  const char *title = NULL;

  if (row != NULL && row->scenario_id != NULL && self->scenario_titles != NULL)
    title = g_hash_table_lookup (self->scenario_titles, row->scenario_id);
  if (title != NULL && g_strcmp0 (title, row->title) != 0)
    sg_story_card_set_scenario (card, title);
}

static void
titles_read_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  SgLibraryPage *self = SG_LIBRARY_PAGE (source);

  g_clear_pointer (&self->scenario_titles, g_hash_table_unref);
  self->scenario_titles = g_task_propagate_pointer (G_TASK (result), NULL);
  if (self->list == NULL)
    return;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *card = gtk_widget_get_first_child (row);

      if (SG_IS_STORY_CARD (card))
        name_scenario (self, SG_STORY_CARD (card));
    }
}

/* The names of the scenarios are read in the background, once the stories are on the page. */
static void
read_titles (SgLibraryPage *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->titles_asked || g_list_model_get_n_items (G_LIST_MODEL (self->stories)) == 0)
    return;

  self->titles_asked = TRUE;
  task = g_task_new (self, NULL, titles_read_cb, NULL);
  g_task_set_source_tag (task, read_titles);
  g_task_run_in_thread (task, read_titles_thread);
}

typedef struct
{
  SgLibraryPage *self;
  GCancellable  *cancellable;
  List          *job;
} Loading;

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree Loading *loading = user_data;
  g_autoptr (SgLibraryPage) self = loading->self;
  g_autoptr (GCancellable) cancellable = loading->cancellable;
  g_autoptr (GError) error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (source), result, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Cannot list the stories: %s", error->message);
      return;
    }
  if (self->loading != cancellable)
    return;

  g_clear_object (&self->loading);
  show_rows (self, loading->job->rows);
  read_titles (self);
  g_signal_emit (self, signals[LOADED], 0);
}

static void
search_changed_cb (SgLibraryPage *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_stack (self);
}

static gboolean
match_cb (gpointer item,
          gpointer user_data)
{
  SgLibraryPage *self = user_data;

  return sg_story_item_matches (SG_STORY_ITEM (item),
                                gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  user_data)
{
  gtk_list_item_set_child (item, sg_story_card_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         gpointer                  user_data)
{
  SgStoryCard *card = SG_STORY_CARD (gtk_list_item_get_child (item));
  SgStoryItem *story = gtk_list_item_get_item (item);

  sg_story_card_set_item (card, story);
  sg_accessible_set_label (gtk_widget_get_parent (GTK_WIDGET (card)),
                           sg_story_item_get_row (story)->title);
  name_scenario (user_data, card);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           gpointer                  user_data)
{
  sg_story_card_set_item (SG_STORY_CARD (gtk_list_item_get_child (item)), NULL);
}

static void
activate_cb (SgLibraryPage *self,
             guint          position)
{
  g_autoptr (SgStoryItem) item = g_list_model_get_item (G_LIST_MODEL (self->shown), position);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-story", "x",
                              sg_story_item_get_row (item)->id);
}

static void
scenarios_loaded_cb (SgLibraryPage *self)
{
  g_signal_emit (self, signals[LOADED], 0);
}

static void
chosen_cb (SgLibraryPage *self,
           SgScenario    *scenario)
{
  g_signal_emit (self, signals[CHOSEN], 0, scenario);
}

/* The row that has the keyboard. */
static SgStoryCard *
get_focused (SgLibraryPage *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *child;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)))
    return NULL;
  child = gtk_widget_get_first_child (focus);
  return SG_IS_STORY_CARD (child) ? SG_STORY_CARD (child) : NULL;
}

static gboolean
act_on_focused_cb (GtkWidget *widget,
                   GVariant  *args,
                   gpointer   user_data)
{
  SgStoryCard *card = get_focused (SG_LIBRARY_PAGE (widget));

  if (card == NULL)
    return FALSE;
  return gtk_widget_activate_action (widget, g_variant_get_string (args, NULL), "x",
                                     sg_story_item_get_row (sg_story_card_get_item (card))->id);
}

static gboolean
open_menu_cb (GtkWidget *widget,
              GVariant  *args,
              gpointer   user_data)
{
  SgStoryCard *card = get_focused (SG_LIBRARY_PAGE (widget));

  if (card == NULL)
    return FALSE;
  sg_story_card_open_menu (card);
  return TRUE;
}

static gboolean
sg_library_page_grab_focus (GtkWidget *widget)
{
  SgLibraryPage *self = SG_LIBRARY_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->stack))
      && gtk_widget_get_mapped (focus))
    return TRUE;
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "empty") == 0)
    return gtk_widget_child_focus (GTK_WIDGET (self->scenarios), GTK_DIR_TAB_FORWARD);
  if (gtk_widget_get_mapped (GTK_WIDGET (self->list)) && gtk_widget_grab_focus (GTK_WIDGET (self->list)))
    return TRUE;
  return gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

static void
sg_library_page_dispose (GObject *object)
{
  SgLibraryPage *self = SG_LIBRARY_PAGE (object);

  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_object (&self->library);
  sg_widget_dispose_template (self, SG_TYPE_LIBRARY_PAGE);
  g_clear_object (&self->begun);
  g_clear_object (&self->shown);
  g_clear_object (&self->stories);
  g_clear_pointer (&self->scenario_titles, g_hash_table_unref);

  G_OBJECT_CLASS (sg_library_page_parent_class)->dispose (object);
}

static void
sg_library_page_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LIBRARY:
      g_value_set_object (value, SG_LIBRARY_PAGE (object)->library);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_library_page_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_LIBRARY:
      sg_library_page_set_library (SG_LIBRARY_PAGE (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-library-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgLibraryPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SgLibraryPage, search_button);
  gtk_widget_class_bind_template_child (widget_class, SgLibraryPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, SgLibraryPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SgLibraryPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SgLibraryPage, list);
  gtk_widget_class_bind_template_child (widget_class, SgLibraryPage, scenarios);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, scenarios_loaded_cb);
}

static void
sg_library_page_class_init (SgLibraryPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_library_page_dispose;
  object_class->get_property = sg_library_page_get_property;
  object_class->set_property = sg_library_page_set_property;
  widget_class->focus = sg_focus_next_child;
  widget_class->grab_focus = sg_library_page_grab_focus;

  properties[PROP_LIBRARY] =
    g_param_spec_object ("library", NULL, NULL, SG_TYPE_LIBRARY,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, SG_TYPE_SCENARIO);
  signals[LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SG_TYPE_SCENARIO_LIST);
  bind_template (widget_class);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F2, 0, act_on_focused_cb, "s",
                                "win.rename-story");
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, 0, act_on_focused_cb, "s",
                                "win.trash-story");
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, open_menu_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, open_menu_cb, NULL);
}

static void
sg_library_page_init (SgLibraryPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  sg_accessible_name_buttons (GTK_WIDGET (self));

  self->stories = g_list_store_new (SG_TYPE_STORY_ITEM);
  self->filter = GTK_FILTER (gtk_custom_filter_new (match_cb, self, NULL));
  self->shown = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->stories)), self->filter);
  self->begun = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->shown)), 0, SCREENFUL);

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  {
    g_autoptr (GtkNoSelection) selection =
      gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->begun)));

    gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  }
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self->stack));
}

GtkWidget *
sg_library_page_new (void)
{
  return g_object_new (SG_TYPE_LIBRARY_PAGE, NULL);
}

SgLibrary *
sg_library_page_get_library (SgLibraryPage *self)
{
  g_return_val_if_fail (SG_IS_LIBRARY_PAGE (self), NULL);

  return self->library;
}

void
sg_library_page_set_library (SgLibraryPage *self,
                             SgLibrary     *library)
{
  g_return_if_fail (SG_IS_LIBRARY_PAGE (self));
  g_return_if_fail (library == NULL || SG_IS_LIBRARY (library));

  if (!g_set_object (&self->library, library))
    return;

  sg_library_page_reload (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIBRARY]);
}

/**
 * sg_library_page_reload:
 * @self: the page
 *
 * Lists the stories again.
 */
void
sg_library_page_reload (SgLibraryPage *self)
{
  Loading *loading;

  g_return_if_fail (SG_IS_LIBRARY_PAGE (self));

  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (self->library == NULL)
    return;

  self->loading = g_cancellable_new ();
  loading = g_new0 (Loading, 1);
  loading->self = g_object_ref (self);
  loading->cancellable = g_object_ref (self->loading);
  loading->job = g_new0 (List, 1);
  sg_library_read_async (self->library, list_job, loading->job, list_free, self->loading,
                         listed_cb, loading);
}

guint
sg_library_page_get_n_shown (SgLibraryPage *self)
{
  g_return_val_if_fail (SG_IS_LIBRARY_PAGE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->shown));
}

/**
 * sg_library_page_get_title:
 * @self: the page
 * @story: the id of a story
 *
 * Returns: (transfer none) (nullable): its title, where it is in the list
 */
const char *
sg_library_page_get_title (SgLibraryPage *self,
                           gint64         story)
{
  g_return_val_if_fail (SG_IS_LIBRARY_PAGE (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->stories)); i++)
    {
      g_autoptr (SgStoryItem) item = g_list_model_get_item (G_LIST_MODEL (self->stories), i);

      if (sg_story_item_get_row (item)->id == story)
        return sg_story_item_get_row (item)->title;
    }
  return NULL;
}

void
sg_library_page_search (SgLibraryPage *self)
{
  g_return_if_fail (SG_IS_LIBRARY_PAGE (self));

  if (gtk_widget_get_visible (self->search_button))
    gtk_search_bar_set_search_mode (self->search_bar, TRUE);
}

void
sg_library_page_open_menu (SgLibraryPage *self)
{
  g_return_if_fail (SG_IS_LIBRARY_PAGE (self));

  gtk_menu_button_popup (self->menu_button);
}
