# shellcheck shell=bash
# Several hosts on one machine: network namespaces joined by a bridge, 10.213.7.1 and so on. Needs root.
# The script that sources this sets `root`, the repository, and calls hosts_down at its end.

# hosts_up TAG FOLDER: makes the namespaces TAG-a, TAG-b and TAG-c, which the array `hosts` names, and
# FOLDER/on, which runs words on one of them and is what mpirun calls in place of ssh. The first one may
# also keep the name of this machine. False where the kernel or the container has no namespaces.
hosts_up() {
  local tag=$1 folder=$2 host i k
  hosts=("$tag-a" "$tag-b" "$tag-c")
  { ip link add "$tag" type bridge && ip link set "$tag" up; } || return
  for i in 0 1 2; do
    host=${hosts[i]}
    mkdir -p "/etc/netns/$host"
    {
      echo 127.0.0.1 localhost
      for k in 0 1 2; do
        echo "10.213.7.$((k + 1)) ${hosts[k]}$( ((k > 0 || i > 0)) || echo " $HOSTNAME")"
      done
    } >"/etc/netns/$host/hosts"
    ip netns add "$host" &&
      ip link add "$tag$i" type veth peer name eth0 netns "$host" &&
      ip link set "$tag$i" master "$tag" up &&
      ip -n "$host" link set lo up &&
      ip -n "$host" addr add "10.213.7.$((i + 1))/24" dev eth0 &&
      ip -n "$host" link set eth0 up || return
  done
  cat >"$folder/on" <<'AGENT'
#!/usr/bin/env bash
host=$1
shift
exec ip netns exec "$host" unshare --uts --mount bash -c 'hostname "$1"; shift
  if [[ -n ${NNTRAIN_TEST_HIDES:-} && $(hostname) == *-c ]]; then mount -t tmpfs none "$NNTRAIN_TEST_HIDES"; fi
  eval "$*"' bash "$host" "$@"
AGENT
  chmod +x "$folder/on"
}

# hosts_environment FOLDER: lets mpirun use these hosts, by TCP alone.
hosts_environment() {
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1
  export OMPI_MCA_plm_rsh_agent=$1/on OMPI_MCA_btl=tcp,self OMPI_MCA_orte_keep_fqdn_hostnames=1
  export OMPI_MCA_btl_tcp_if_include=10.213.7.0/24 OMPI_MCA_oob_tcp_if_include=10.213.7.0/24
  # The launcher of Open MPI 5 reads names of its own.
  export PRTE_MCA_plm_ssh_agent=$1/on PRTE_MCA_prte_keep_fqdn_hostnames=1
  export PRTE_MCA_oob_tcp_if_include=10.213.7.0/24
}

# hosts_down TAG: ends what runs on them, and takes them away.
hosts_down() {
  local host id
  for host in "$1-a" "$1-b" "$1-c"; do
    for id in $(ip netns pids "$host" 2>/dev/null); do kill -KILL "$id" 2>/dev/null; done
    ip netns del "$host" 2>/dev/null
    rm -rf "/etc/netns/$host"
  done
  ip link del "$1" 2>/dev/null
}
