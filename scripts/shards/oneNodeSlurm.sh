# shellcheck shell=bash
# shellcheck disable=SC2154 # root, scratch and fail belong to the scripts that source it
# Sourced by proof.sh: a Slurm cluster of one node in the folder $scratch, without systemd, cgroups or a database. Its
# daemons are children of this shell and listen on the loopback only.

daemons=()

start_slurm() {
  local program
  PATH=$PATH:/usr/sbin # where Debian keeps daemons
  for program in munged slurmctld slurmd sbatch; do
    command -v "$program" >/dev/null || {
      echo "$program is not here: apt-get install slurm-wlm munge (Debian, as root), then run this again" >&2
      exit 2
    }
  done
  [[ $(id -u) == 0 ]] || {
    echo "starting a cluster of one's own takes root, and uid is $(id -u): run this as root" >&2
    exit 2
  }
  start_munge
  write_slurm_conf
  slurmctld -D >/dev/null 2>&1 &
  daemons+=($!)
  slurmd -D >/dev/null 2>&1 &
  daemons+=($!)
  for _ in $(seq 300); do
    [[ $(sinfo --noheader --format=%T 2>/dev/null) == idle ]] && return
    sleep 0.1
  done
  tail -n 5 "$scratch"/slurm*.log >&2
  fail "the cluster of one node did not come up"
}

start_munge() {
  mkdir -m 700 "$scratch/munge"
  head -c 1024 /dev/urandom >"$scratch/munge/key"
  chmod 400 "$scratch/munge/key"
  munged --foreground --force --key-file="$scratch/munge/key" --socket="$scratch/munge.socket" \
    --pid-file="$scratch/munge/pid" --log-file="$scratch/munge/log" --seed-file="$scratch/munge/seed" 2>/dev/null &
  daemons+=($!)
  for _ in $(seq 50); do [[ -S $scratch/munge.socket ]] || sleep 0.1; done
}

write_slurm_conf() {
  local host ports
  host=$(hostname -s)
  read -r -a ports <<<"$(free_ports)"
  mkdir "$scratch/state" "$scratch/spool"
  export SLURM_CONF=$scratch/slurm.conf
  # The scheduler's pauses are for clusters with thousands of jobs: without them a proof takes seconds.
  cat >"$SLURM_CONF" <<CONF
ClusterName=proof
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$scratch/munge.socket
CredType=cred/munge
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
KillWait=5
MinJobAge=3600
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
}

free_ports() {
  "$root/node_modules/node/bin/node" -e '
    const { createServer } = require("node:net")
    const servers = [1, 2].map(() => createServer().listen(0, "127.0.0.1"))
    setTimeout(() => {
      console.log(servers.map((server) => server.address().port).join(" "))
      for (const server of servers) server.close()
    }, 20)'
}

# Jobs outlive the daemons, so they are cancelled first.
stop_slurm() {
  [[ ${#daemons[@]} -gt 0 ]] || return 0
  if [[ ${#daemons[@]} -gt 1 ]]; then
    timeout 5 scancel --user=root 2>/dev/null || true
    for _ in $(seq 60); do [[ -n $(timeout 5 squeue --noheader 2>/dev/null) ]] && sleep 0.1; done
  fi
  kill "${daemons[@]}" 2>/dev/null || true
  wait "${daemons[@]}" 2>/dev/null || true
  daemons=()
}

# Until no job is left; jobs without their daemons would wait for ever.
wait_for_jobs() {
  while [[ -n $(squeue --noheader 2>/dev/null) ]]; do
    kill -0 "${daemons[@]}" 2>/dev/null || fail "a daemon of the cluster ended: $(tail -n 2 "$scratch"/slurm*.log)"
    sleep 0.1
  done
}

state_of() { scontrol --oneliner show job "$1" | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p'; }
