"""The queue of jobs that workers on any machine share."""
