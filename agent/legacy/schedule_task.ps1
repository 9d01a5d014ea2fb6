<#
.SYNOPSIS
Starts report.ps1 in a window of its own whenever anybody signs in at this PC; once, as administrator.

.PARAMETER ScriptPath
Where report.ps1 lies: a folder in which ordinary users can change nothing, such as C:\Program Files\WorkPulse Report.

.PARAMETER Remove
Takes the task away again.

.EXAMPLE
.\schedule_task.ps1 -ScriptPath "C:\Program Files\WorkPulse Report\report.ps1"
#>
[CmdletBinding()]
param([string]$ScriptPath, [switch]$Remove)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$Name = 'WorkPulse report'
$Users = 'S-1-5-32-545'

function Test-Administrator {
  $me = New-Object Security.Principal.WindowsPrincipal -ArgumentList ([Security.Principal.WindowsIdentity]::GetCurrent())
  return $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
}

function Register-Report([string]$Path) {
  $arguments = '-NoProfile -ExecutionPolicy RemoteSigned -File "{0}"' -f $Path
  $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument $arguments
  $trigger = New-ScheduledTaskTrigger -AtLogOn
  $principal = New-ScheduledTaskPrincipal -GroupId $Users -RunLevel Limited
  # In parallel: of two people who are signed in each has a window; the script itself runs once for each.
  $settings = New-ScheduledTaskSettingsSet -MultipleInstances Parallel -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
  $settings.ExecutionTimeLimit = 'PT0S'
  Register-ScheduledTask -TaskName $Name -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Force | Out-Null
}

if (-not (Test-Administrator)) { throw 'Run this as administrator.' }
if ($Remove) {
  Unregister-ScheduledTask -TaskName $Name -Confirm:$false
  Write-Host "The task '$Name' is gone; delete the script's folder, and %LOCALAPPDATA%\WorkPulse\report of each account."
  exit 0
}
if (-not $ScriptPath -or -not (Test-Path -LiteralPath $ScriptPath -PathType Leaf)) { throw 'Say with -ScriptPath where report.ps1 lies.' }
Register-Report (Resolve-Path -LiteralPath $ScriptPath).ProviderPath
Write-Host "From the next sign-in on, '$Name' opens its window and asks before anything is sent."
