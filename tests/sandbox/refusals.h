/*
 * Machines that refuse what full isolation needs, imitated by seccomp: the caller is on such a one
 * from then on, and its children. Nobody can take it back.
 *
 *	docker      as Docker's default seccomp profile does: clone(2) and unshare(2) with any
 *	            CLONE_NEW flag fail with EPERM, clone3(2) with ENOSYS
 *	apparmor    as Ubuntu's AppArmor profile unprivileged_userns does: the namespace is made,
 *	            but whoever is in it has no capability, so mounts and the host's name fail
 *	old-kernel  before 5.2: there is no open_tree(2)
 */
#ifndef TESTS_SANDBOX_REFUSALS_H
#define TESTS_SANDBOX_REFUSALS_H

/* 0, or a negated errno: -EINVAL where HOW is none of these. */
int refuse_as(const char *how);

#endif
