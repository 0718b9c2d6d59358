/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-session.h"
#include "llm/sg-model.h"
#include "store/sg-library.h"
#include "world/sg-story.h"

G_BEGIN_DECLS

/* The exit statuses of the contract. */
#define SG_CLI_DONE 0
#define SG_CLI_FAILED 1
#define SG_CLI_USAGE 2

/**
 * SG_CLI_ERROR:
 *
 * What ends a command before it has begun.
 */
#define SG_CLI_ERROR (sg_cli_error_quark ())

/**
 * SgCliError:
 * @SG_CLI_ERROR_USAGE: wrong usage: ends the program with %SG_CLI_USAGE
 * @SG_CLI_ERROR_HELP: the help was asked for and printed: ends the program with %SG_CLI_DONE
 */
typedef enum
{
  SG_CLI_ERROR_USAGE,
  SG_CLI_ERROR_HELP,
} SgCliError;

GQuark sg_cli_error_quark (void);

/**
 * SgCli:
 * @library_path: (nullable): the file that was named, or %NULL for the player's own
 * @library: (nullable): opened by the first command that needs it
 *
 * What the commands share.
 */
typedef struct
{
  char      *library_path;
  SgLibrary *library;
} SgCli;

/* Commands.  @argv begins with the name of the command.  They return FALSE with an error: of
 * SG_CLI_ERROR for wrong usage. */
typedef gboolean (*SgCliCommand) (SgCli   *cli,
                                  int      argc,
                                  char   **argv,
                                  GError **error);

gboolean    sg_cli_scenarios    (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_new          (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_stories      (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_play         (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_retry        (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_turns        (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_move         (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_world        (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_profile      (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_characters   (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_check        (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_backups      (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);
gboolean    sg_cli_restore      (SgCli   *cli,
                                 int      argc,
                                 char   **argv,
                                 GError **error);

/* What they are made of. */
gboolean    sg_cli_fail_usage   (GError     **error,
                                 const char  *format,
                                 ...) G_GNUC_PRINTF (2, 3);
gboolean    sg_cli_parse        (const char         *usage,
                                 const GOptionEntry *entries,
                                 GOptionGroup      **groups,
                                 int                *argc,
                                 char             ***argv,
                                 GError            **error);
char       *sg_cli_dup_library_path (SgCli   *cli) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_cli_is_fresh     (SgCli       *cli);
gboolean    sg_cli_open_library (SgCli       *cli,
                                 GError     **error);
gboolean    sg_cli_make_library (SgCli       *cli,
                                 GError     **error);
void        sg_cli_name_backups (SgCli       *cli,
                                 GError     **error);
gint64      sg_cli_find_story   (SgCli       *cli,
                                 const char  *name,
                                 GError     **error);
SgStory    *sg_cli_open_story   (SgCli       *cli,
                                 const char  *name,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void        sg_cli_keep_result_cb (GObject      *object,
                                   GAsyncResult *result,
                                   gpointer      user_data);
GAsyncResult *sg_cli_wait       (GAsyncResult **result) G_GNUC_WARN_UNUSED_RESULT;
void        sg_cli_print_json   (JsonNode    *node);
void        sg_cli_print_text   (const char  *text);
char       *sg_cli_dup_time     (gint64       time_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
