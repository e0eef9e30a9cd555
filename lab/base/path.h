/* Paths, folders and temporary folders. */
#ifndef LAB_BASE_PATH_H
#define LAB_BASE_PATH_H

#include <stdbool.h>
#include <sys/types.h>

#include "lab/base/error.h"

bool path_exists(const char *path);
bool path_lies_in(const char *path, const char *folder); /* or is it; by their letters alone */
bool path_is_dir(const char *path);
bool path_is_file(const char *path);                /* a regular file, links followed */
char *path_join(const char *dir, const char *name); /* caller frees */
const char *path_base(const char *path);            /* after the last '/'; points into PATH */
int path_mkdirs(const char *path, mode_t mode, struct lab_error *e); /* like mkdir -p */
int path_remove_tree(
	const char *path, struct lab_error *e); /* does not follow links; 0 if absent */
/* A fresh folder for nobody else under $TMPDIR or /tmp; caller frees the name and removes it by
 * path_remove_tree(). Those that killed processes left there are removed. */
char *path_make_temporary(const char *stem, struct lab_error *e);

/* [A-Za-z0-9_.-]+, not starting with '.' or '-': fit for a source file or a program. */
bool path_name_is_plain(const char *name);

/* The installation: an uninstalled build finds its own tree, see path.c. */
const char *lab_build_dir(void);  /* that of an uninstalled build; NULL once installed */
const char *lab_course_dir(void); /* the folder that holds exercises/ */
const char *lab_guest_dir(void);  /* guest.o, lines, helpers */
const char *lab_judges_dir(void); /* compiled judges, CHAPTER/EXERCISE below it */
const char *lab_archiver(void);   /* the program that writes archives */

#endif
