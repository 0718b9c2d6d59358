/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player can do on the story page besides writing. */

#include "config.h"

#include "app/sg-characters-page.h"
#include "app/sg-story-page-private.h"

#include <glib/gi18n-lib.h>

#include "store/sg-tables.h"

typedef struct
{
  SgStoryPage *self;
  char        *mode;
  char        *text;
  gboolean     retry;
} Words;

static Words *
words_new (SgStoryPage *self,
           const char  *mode,
           const char  *text)
{
  Words *words = g_new0 (Words, 1);

  words->self = g_object_ref (self);
  words->mode = g_strdup (mode);
  words->text = g_strdup (text);
  return words;
}

static void
words_free (Words *words)
{
  g_object_unref (words->self);
  g_free (words->mode);
  g_free (words->text);
  g_free (words);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Words, words_free)

static void
hand_in (SgStoryPage *self,
         const char  *mode,
         const char  *text,
         gint64       pressed_us)
{
  SgInputMode input_mode = SG_INPUT_DO;

  sg_input_mode_from_string (mode, &input_mode);
  sg_session_submit (self->session, input_mode, text, pressed_us);
  sg_transcript_jump_to_newest (self->transcript);
}

/* The draft is out of the way: now the words. */
static void
draft_gone_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Words) words = user_data;
  SgStoryPage *self = words->self;
  g_autoptr (GError) error = NULL;

  if (!sg_session_draft_finish (SG_SESSION (source), result, &error))
    {
      sg_story_page_say (self, error->message);
      if (words->text != NULL)
        sg_composer_set_text (self->composer, words->text);
      return;
    }
  if (self->session != SG_SESSION (source))
    return;

  sg_story_page_forget_untold (self);
  if (sg_story_get_draft (sg_story_page_get_story (self)) == NULL)
    sg_transcript_drop_uncommitted (self->transcript);
  sg_story_page_update (self);
  if (words->retry)
    g_action_group_activate_action (G_ACTION_GROUP (self->actions), "retry", NULL);
  else if (words->text != NULL)
    hand_in (self, words->mode, words->text, 0);
}

static gboolean
has_text (const SgDraftRow *draft)
{
  return draft->text != NULL && *draft->text != '\0';
}

/* Hands in the player's words.  A half-told turn in their way is kept as it was told: whoever writes on has
 * accepted it, and nothing that was told is lost by it. */
void
sg_story_page_submit (SgStoryPage *self,
                      const char  *mode,
                      const char  *text,
                      gint64       pressed_us)
{
  const SgDraftRow *draft;

  if (self->session == NULL)
    return;

  draft = sg_story_get_draft (sg_story_page_get_story (self));
  if (draft == NULL || sg_session_get_busy (self->session))
    hand_in (self, mode, text, pressed_us);
  else if (has_text (draft))
    sg_session_keep_draft_async (self->session, NULL, draft_gone_cb, words_new (self, mode, text));
  else
    sg_session_discard_draft_async (self->session, NULL, draft_gone_cb,
                                    words_new (self, mode, text));
}

static void
moved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (SgStoryPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_story_move_finish (SG_STORY (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sg_story_page_say (self, error->message);
}

static void
undo_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  SgStoryPage *self = user_data;

  sg_story_undo_async (sg_story_page_get_story (self), NULL, moved_cb, g_object_ref (self));
}

static void
redo_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  SgStoryPage *self = user_data;

  sg_story_redo_async (sg_story_page_get_story (self), NULL, moved_cb, g_object_ref (self));
}

static void
retry_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  SgStoryPage *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_session_retry (self->session, &error))
    sg_story_page_say (self, error->message);
  else
    sg_transcript_jump_to_newest (self->transcript);
}

/* A turn that something was found wrong with is told anew, and the model is told what it was. */
static void
repair_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  SgStoryPage *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_session_repair (self->session, g_variant_get_int64 (parameter), &error))
    sg_story_page_say (self, error->message);
  else
    sg_transcript_jump_to_newest (self->transcript);
}

/* What is offered under a turn is handed in as the player's own words. */
static void
ask_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  SgStoryPage *self = user_data;

  sg_story_page_submit (self, "do", g_variant_get_string (parameter, NULL), g_get_monotonic_time ());
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
stop_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  SgStoryPage *self = user_data;

  sg_session_stop (self->session);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
continue_draft_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  SgStoryPage *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_session_continue_draft (self->session, &error))
    sg_story_page_say (self, error->message);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
keep_draft_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  SgStoryPage *self = user_data;

  sg_session_keep_draft_async (self->session, NULL, draft_gone_cb, words_new (self, NULL, NULL));
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
discard_draft_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  SgStoryPage *self = user_data;

  sg_session_discard_draft_async (self->session, NULL, draft_gone_cb, words_new (self, NULL, NULL));
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
try_again_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  SgStoryPage *self = user_data;
  const SgDraftRow *draft = sg_story_get_draft (sg_story_page_get_story (self));
  g_autofree char *mode = g_strdup (self->untold_mode);
  g_autofree char *input = g_strdup (self->untold_input);

  if (draft != NULL)
    {
      Words *words = words_new (self, draft->mode, draft->input);

      words->retry = sg_story_page_is_of_retry (self, draft);
      sg_session_discard_draft_async (self->session, NULL, draft_gone_cb, words);
    }
  else if (self->untold_retry)
    retry_activated (action, parameter, user_data);
  else if (input != NULL)
    hand_in (self, mode, input, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

/* The player's words go back to where they can be changed. */
static void
edit_words_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  SgStoryPage *self = user_data;
  const SgDraftRow *draft = sg_story_get_draft (sg_story_page_get_story (self));
  const char *mode = draft != NULL ? draft->mode : self->untold_mode;
  const char *input = draft != NULL ? draft->input : self->untold_input;

  if (mode != NULL)
    sg_composer_set_mode (self->composer, mode);
  if (input != NULL)
    sg_composer_set_text (self->composer, input);
  if (draft != NULL)
    {
      discard_draft_activated (action, parameter, user_data);
      return;
    }
  sg_story_page_forget_untold (self);
  sg_story_page_update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

typedef struct
{
  SgStoryPage *self;
  SgStory     *story;
  SgPath      *path;
  gint64       depth;
  int          offset;
  gint64       turn;
} Alternative;

static void
alternative_free (gpointer data)
{
  Alternative *job = data;

  g_object_unref (job->self);
  g_object_unref (job->story);
  sg_path_free (job->path);
  g_free (job);
}

static gboolean
find_alternative_job (SgConnection  *connection,
                      gpointer       data,
                      GCancellable  *cancellable,
                      GError       **error)
{
  Alternative *job = data;
  gint64 owner = sg_path_owner (job->path, job->depth);
  g_autoptr (GPtrArray) rows = sg_turns_list_alternatives (connection, job->path, job->depth, error);

  if (rows == NULL)
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    {
      SgTurnRow *row = g_ptr_array_index (rows, i);
      int wanted = (int) i + job->offset;

      if (row->branch == owner && wanted >= 0 && wanted < (int) rows->len)
        job->turn = ((SgTurnRow *) g_ptr_array_index (rows, wanted))->id;
    }
  return TRUE;
}

static void
alternative_found_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  Alternative *job = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_library_read_finish (SG_LIBRARY (source), result, &error))
    sg_story_page_say (job->self, error->message);
  else if (job->turn != 0)
    sg_story_goto_async (job->story, job->turn, NULL, moved_cb, g_object_ref (job->self));
}

static void
show_alternative_activated (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  SgStoryPage *self = user_data;
  SgStory *story = sg_story_page_get_story (self);
  Alternative *job = g_new0 (Alternative, 1);

  g_variant_get (parameter, "(xi)", &job->depth, &job->offset);
  job->self = g_object_ref (self);
  job->story = g_object_ref (story);
  job->path = sg_path_copy (sg_story_get_path (story));
  sg_library_read_async (sg_story_get_library (story), find_alternative_job, job, alternative_free,
                         NULL, alternative_found_cb, job);
}

static void
add_characters_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  SgStoryPage *self = user_data;

  if (self->session != NULL)
    sg_characters_page_show (GTK_WIDGET (self), self->session);
}

static const GActionEntry action_entries[] = {
  { "undo", undo_activated },
  { "redo", redo_activated },
  { "retry", retry_activated },
  { "repair", repair_activated, "x" },
  { "ask", ask_activated, "s" },
  { "stop", stop_activated },
  { "continue-draft", continue_draft_activated },
  { "keep-draft", keep_draft_activated },
  { "discard-draft", discard_draft_activated },
  { "try-again", try_again_activated },
  { "edit-words", edit_words_activated },
  { "add-characters", add_characters_activated },
  { "show-alternative", show_alternative_activated, "(xi)" },
};

static void
set_enabled (SgStoryPage *self,
             const char  *name,
             gboolean     enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
sg_story_page_update_actions (SgStoryPage *self)
{
  SgStory *story = sg_story_page_get_story (self);
  gboolean busy = story != NULL && sg_session_get_busy (self->session);
  gboolean idle = story != NULL && !busy;
  gboolean draft = idle && sg_story_get_draft (story) != NULL;
  gboolean untold = idle && self->untold_mode != NULL;

  set_enabled (self, "undo", idle && !draft && sg_story_get_can_undo (story));
  set_enabled (self, "redo", idle && !draft && sg_story_get_can_redo (story));
  set_enabled (self, "retry", idle && !draft && sg_story_get_depth (story) > 0);
  set_enabled (self, "repair", idle && !draft);
  set_enabled (self, "ask", idle && !draft);
  set_enabled (self, "show-alternative", idle && !draft);
  set_enabled (self, "stop", busy);
  set_enabled (self, "continue-draft", draft);
  set_enabled (self, "keep-draft", draft);
  set_enabled (self, "discard-draft", draft);
  set_enabled (self, "try-again", draft || untold);
  set_enabled (self, "edit-words", draft || untold);
}

static gboolean
is_connection_error (const GError *error)
{
  return error != NULL && error->domain == SG_MODEL_ERROR
         && (error->code == SG_MODEL_ERROR_ADDRESS || error->code == SG_MODEL_ERROR_CONNECT
             || error->code == SG_MODEL_ERROR_KEY || error->code == SG_MODEL_ERROR_NOT_FOUND);
}

static void
show_half_told (SgStoryPage      *self,
                const SgDraftRow *draft)
{
  SgNoticeButton buttons[4] = {
    { _("_Continue"), "story.continue-draft", "suggested-action" },
    { _("_Keep as Told"), "story.keep-draft", NULL },
    { _("_Discard"), "story.discard-draft", NULL },
    { _("_Preferences"), "win.preferences", NULL },
  };
  gboolean failed = self->error != NULL || (draft->error != NULL && !draft->stopped);
  const char *body = self->error != NULL ? self->error->message : draft->error;

  sg_notice_show (self->notice,
                  failed ? "dialog-warning-symbolic" : "media-playback-pause-symbolic",
                  failed ? _("The Turn Broke Off") : _("Half Told"),
                  failed ? body : _("This turn was not told to its end."),
                  buttons, is_connection_error (self->error) ? 4 : 3);
}

/* Nothing came of the turn, for a reason or because the program was ended. */
static void
show_untold (SgStoryPage *self,
             const char  *reason)
{
  SgNoticeButton buttons[3] = {
    { _("_Try Again"), "story.try-again", "suggested-action" },
    { _("_Change My Words"), "story.edit-words", NULL },
    { _("_Preferences"), "win.preferences", NULL },
  };

  if (reason != NULL)
    sg_notice_show (self->notice, "dialog-warning-symbolic", _("The Story Could Not Go On"), reason,
                    buttons, 3);
  else
    sg_notice_show (self->notice, "media-playback-pause-symbolic", _("Nothing Told Yet"),
                    _("The turn ended before its first word. Your words are kept."), buttons, 2);
}

static char *
dup_ending_title (SgStory    *story,
                  const char *ending)
{
  JsonObject *root = sg_scenario_get_root (sg_story_get_scenario (story));
  JsonNode *endings = root != NULL ? json_object_get_member (root, "endings") : NULL;
  JsonNode *node = NULL;

  if (endings != NULL && JSON_NODE_HOLDS_OBJECT (endings))
    node = json_object_get_member (json_node_get_object (endings), ending);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    node = json_object_get_member (json_node_get_object (node), "title");
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonNode *translated = json_object_get_member (json_node_get_object (node),
                                                     sg_story_get_language (story));

      node = translated != NULL ? translated
                                : json_object_get_member (json_node_get_object (node), "en");
    }
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? g_strdup (json_node_get_string (node)) : NULL;
}

static void
show_ended (SgStoryPage *self,
            SgStory     *story,
            const char  *ending)
{
  SgNoticeButton buttons[] = {
    { _("_New Story"), "win.new-story", NULL },
    { _("_Undo Last Turn"), "story.undo", NULL },
  };
  g_autofree char *title = dup_ending_title (story, ending);

  sg_notice_show (self->notice, "emblem-ok-symbolic", title != NULL ? title : _("The End"),
                  _("This story has come to an end. Undo takes you back to look for another."),
                  buttons, G_N_ELEMENTS (buttons));
}

void
sg_story_page_update_notice (SgStoryPage *self)
{
  SgStory *story = sg_story_page_get_story (self);
  const SgDraftRow *draft = story != NULL ? sg_story_get_draft (story) : NULL;
  const char *ending = NULL;

  if (story != NULL)
    ending = sg_world_get_string (sg_story_get_world (story), "story", "ending");

  if (story == NULL || sg_session_get_busy (self->session))
    sg_notice_hide (self->notice);
  else if (draft != NULL && has_text (draft))
    show_half_told (self, draft);
  else if (draft != NULL)
    show_untold (self, self->error != NULL ? self->error->message : draft->error);
  else if (self->error != NULL)
    show_untold (self, self->error->message);
  else if (ending != NULL && *ending != '\0')
    show_ended (self, story, ending);
  else
    sg_notice_hide (self->notice);
}

static gboolean
choose_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  return sg_choice_bar_choose (SG_STORY_PAGE (widget)->choices, (guint) g_variant_get_int32 (args));
}

static gboolean
mode_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  SgComposer *composer = SG_STORY_PAGE (widget)->composer;
  const char *mode = g_variant_get_string (args, NULL);

  if (*mode == '\0')
    sg_composer_next_mode (composer);
  else
    sg_composer_set_mode (composer, mode);
  gtk_widget_grab_focus (GTK_WIDGET (composer));
  return TRUE;
}

static gboolean
scroll_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  sg_transcript_scroll_pages (SG_STORY_PAGE (widget)->transcript, g_variant_get_int32 (args));
  return TRUE;
}

static gboolean
oldest_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  sg_transcript_jump_to_oldest (SG_STORY_PAGE (widget)->transcript);
  return TRUE;
}

static gboolean
newest_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  sg_transcript_jump_to_newest (SG_STORY_PAGE (widget)->transcript);
  return TRUE;
}

/* Bindings of the page come after those of the widget that has the focus, so that Ctrl+Z takes back typing
 * first, and turns when there is none. */
void
sg_story_page_class_init_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_add_binding_action (klass, GDK_KEY_z, GDK_CONTROL_MASK, "story.undo", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "story.redo", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_y, GDK_CONTROL_MASK, "story.redo", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_r, GDK_CONTROL_MASK, "story.retry", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Escape, 0, "story.stop", NULL);

  gtk_widget_class_add_binding_action (klass, GDK_KEY_F2, 0, "win.rename", NULL);

  for (int i = 1; i <= 9; i++)
    gtk_widget_class_add_binding (klass, GDK_KEY_0 + (guint) i, GDK_CONTROL_MASK, choose_cb, "i", i);
  gtk_widget_class_add_binding (klass, GDK_KEY_1, GDK_ALT_MASK, mode_cb, "s", "do");
  gtk_widget_class_add_binding (klass, GDK_KEY_2, GDK_ALT_MASK, mode_cb, "s", "say");
  gtk_widget_class_add_binding (klass, GDK_KEY_3, GDK_ALT_MASK, mode_cb, "s", "story");
  gtk_widget_class_add_binding (klass, GDK_KEY_m, GDK_CONTROL_MASK, mode_cb, "s", "");
  gtk_widget_class_add_binding (klass, GDK_KEY_Page_Up, GDK_ALT_MASK, scroll_cb, "i", -1);
  gtk_widget_class_add_binding (klass, GDK_KEY_Page_Down, GDK_ALT_MASK, scroll_cb, "i", 1);
  gtk_widget_class_add_binding (klass, GDK_KEY_Home, GDK_ALT_MASK, oldest_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_End, GDK_ALT_MASK, newest_cb, NULL);
}

void
sg_story_page_init_actions (SgStoryPage *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), action_entries,
                                   G_N_ELEMENTS (action_entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "story", G_ACTION_GROUP (self->actions));
  sg_story_page_update_actions (self);
}
