<#
.SYNOPSIS
Tells the WorkPulse server whether the user of this PC works or has stopped, and nothing else.

.DESCRIPTION
For PCs on which nothing may be installed: Windows PowerShell 3.0 or later of Windows 10 and 11, no administrator, no module.
It looks at one thing, how long ago the last input was. No key, no window, no picture, no file is ever looked at.
It runs in a window of its own that says what it does, asks before anything is sent, and is ended by closing it.

Settings stand in config.env beside this script, or in environment variables, which stand above it:
  API_ENDPOINT="https://192.0.2.10:5050/api/report"   IDLE_THRESHOLD_MINUTES="10"
  ENROL_CODE="WP1-..."                                POLL_INTERVAL_SECONDS="60"
                                                      REPORT_INTERVAL_MINUTES="1"

.PARAMETER Withdraw
Takes the answer to the notice back, at the server and here; nothing is sent any more.
#>
[CmdletBinding()]
param([switch]$Withdraw)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$Defaults = @{
  API_ENDPOINT = ''; ENROL_CODE = ''
  IDLE_THRESHOLD_MINUTES = '10'; POLL_INTERVAL_SECONDS = '60'; REPORT_INTERVAL_MINUTES = '1'
}
$Folder = Join-Path $env:LOCALAPPDATA 'WorkPulse\report'
$KeptIn = Join-Path $Folder 'credentials.json'
$MostWaiting = 10000
$Account = $env:USERDOMAIN + '\' + $env:USERNAME

# The two things PowerShell cannot do by itself: ask Windows for the last input, and trust one authority and no other.
Add-Type -TypeDefinition @'
using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;

public sealed class WorkPulseAnswer {
  public int Status;
  public string Text = "";
}

public static class WorkPulse {
  [StructLayout(LayoutKind.Sequential)]
  private struct LastInput { public uint Size; public uint Tick; }

  [DllImport("user32.dll")]
  private static extern bool GetLastInputInfo(ref LastInput info);

  private const string ServerName = "workpulse-server";

  public static uint IdleSeconds() {
    LastInput info = new LastInput();
    info.Size = (uint)Marshal.SizeOf(info);
    if (!GetLastInputInfo(ref info)) return 0;
    return unchecked((uint)Environment.TickCount - info.Tick) / 1000;  // right also when the tick count begins anew, after 49 days
  }

  // Without an authority the connection is not trusted: it may carry nothing secret, and what it brings has to be compared.
  public static WorkPulseAnswer Ask(string method, string url, byte[] authority, string token, string body) {
    bool says = !string.IsNullOrEmpty(token) || !string.IsNullOrEmpty(body);  // PowerShell makes "" of its null
    if (authority == null && says) throw new InvalidOperationException("nothing is sent to whom we do not know");
    try { ServicePointManager.SecurityProtocol = (SecurityProtocolType)0; }  // what Windows itself has: 1.3, or 1.2 on Windows 10
    catch (NotSupportedException) { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; }
    HttpWebRequest request = (HttpWebRequest)WebRequest.Create(url);
    request.Method = method;
    request.Proxy = null;
    request.AllowAutoRedirect = false;
    request.KeepAlive = false;
    request.Timeout = 10000;
    request.ReadWriteTimeout = 10000;
    request.ServerCertificateValidationCallback = delegate(object sender, X509Certificate certificate, X509Chain chain, SslPolicyErrors errors) {
      return authority == null || Vouches(new X509Certificate2(authority), certificate);
    };
    if (!string.IsNullOrEmpty(token)) request.Headers["Authorization"] = "Bearer " + token;
    try {
      if (!string.IsNullOrEmpty(body)) {
        byte[] bytes = new UTF8Encoding(false).GetBytes(body);
        request.ContentType = "application/json";
        using (Stream stream = request.GetRequestStream()) stream.Write(bytes, 0, bytes.Length);
      }
      using (HttpWebResponse response = (HttpWebResponse)request.GetResponse()) return Read(response);
    } catch (WebException trouble) {
      HttpWebResponse response = trouble.Response as HttpWebResponse;
      if (response != null) using (response) return Read(response);
      WorkPulseAnswer away = new WorkPulseAnswer();
      away.Text = trouble.Message;
      return away;
    }
  }

  private static WorkPulseAnswer Read(HttpWebResponse response) {
    WorkPulseAnswer answer = new WorkPulseAnswer();
    answer.Status = (int)response.StatusCode;
    using (StreamReader reader = new StreamReader(response.GetResponseStream(), Encoding.UTF8)) answer.Text = reader.ReadToEnd();
    return answer;
  }

  // The server's address may change, its name in the certificate does not; its authority signs nobody else.
  private static bool Vouches(X509Certificate2 authority, X509Certificate certificate) {
    if (certificate == null) return false;
    X509Certificate2 shown = new X509Certificate2(certificate);
    X509Chain chain = new X509Chain();
    chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
    chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
    chain.ChainPolicy.ExtraStore.Add(authority);
    if (!chain.Build(shown)) return false;
    byte[] root = chain.ChainElements[chain.ChainElements.Count - 1].Certificate.RawData;
    return Convert.ToBase64String(root) == Convert.ToBase64String(authority.RawData)
      && shown.GetNameInfo(X509NameType.SimpleName, false) == ServerName;
  }
}
'@

function Read-Configuration {
  $said = @{}
  $file = Join-Path $PSScriptRoot 'config.env'
  if (Test-Path -LiteralPath $file) {
    foreach ($line in Get-Content -LiteralPath $file) {
      if ($line -match '^\s*([A-Z_]+)\s*=\s*"?([^"]*)"?\s*$') { $said[$Matches[1]] = $Matches[2].Trim() }
    }
  }
  $found = @{}
  foreach ($name in $Defaults.Keys) {
    $found[$name] = $Defaults[$name]
    if ($said.ContainsKey($name)) { $found[$name] = $said[$name] }
    $set = [Environment]::GetEnvironmentVariable($name)
    if ($set) { $found[$name] = $set }
  }
  foreach ($name in 'IDLE_THRESHOLD_MINUTES', 'POLL_INTERVAL_SECONDS', 'REPORT_INTERVAL_MINUTES') {
    $number = 0
    if (-not [int]::TryParse($found[$name], [ref]$number) -or $number -lt 1 -or $number -gt 1440) {
      throw "$name is '$($found[$name])'; it must be a number from 1 to 1440."
    }
    $found[$name] = $number
  }
  $server = [regex]::Match($found.API_ENDPOINT, '^(https://[^/]+)/api/report/?$')
  if (-not $server.Success) { throw 'API_ENDPOINT must be https://SERVER:5050/api/report; without TLS nothing is sent.' }
  $found.SERVER = $server.Groups[1].Value
  return $found
}

function Protect-File([string]$Path) {
  & icacls.exe $Path /inheritance:r /grant:r "${Account}:(F)" | Out-Null
  if ($LASTEXITCODE -ne 0) { throw "Only you shall be able to read $Path, and Windows refused that." }
}

function Protect-Token([string]$Token) {
  # DPAPI: only this account on this PC can open it.
  return ConvertTo-SecureString $Token -AsPlainText -Force | ConvertFrom-SecureString
}

function Unprotect-Token([string]$Sealed) {
  $secure = ConvertTo-SecureString $Sealed
  return (New-Object System.Net.NetworkCredential -ArgumentList '', $secure).Password
}

function Save-Credential($Kept) {
  if (-not (Test-Path -LiteralPath $Folder)) { New-Item -ItemType Directory -Path $Folder -Force | Out-Null }
  if (-not (Test-Path -LiteralPath $KeptIn)) { New-Item -ItemType File -Path $KeptIn | Out-Null }
  Protect-File $KeptIn
  $Kept | ConvertTo-Json | Set-Content -LiteralPath $KeptIn -Encoding UTF8
}

function Read-Credential {
  if (-not (Test-Path -LiteralPath $KeptIn)) { return $null }
  return Get-Content -LiteralPath $KeptIn | Out-String | ConvertFrom-Json
}

function Get-Authority([string]$Server, [string]$Code) {
  # Fetched from whoever answers, sent nothing; it counts only if it is the one the code tells of.
  $parts = [regex]::Match($Code, '^WP1-[A-Za-z2-7]{4,}-([0-9a-f]{20})$')
  if (-not $parts.Success) { throw 'ENROL_CODE must be a code from the server; it looks like WP1-ABCD...-0123456789abcdef0123.' }
  $answer = [WorkPulse]::Ask('GET', "$Server/health", $null, $null, $null)
  if ($answer.Status -ne 200) { throw "The server does not answer: $($answer.Text)" }
  $pem = (ConvertFrom-Json $answer.Text).ca
  $der = [Convert]::FromBase64String(($pem -replace '-----[A-Z ]+-----' -replace '\s'))
  $digest = [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($der)).Replace('-', '').ToLowerInvariant()
  if (-not $digest.StartsWith($parts.Groups[1].Value)) { throw 'This is not the server that made the code. Nothing was sent.' }
  return ,$der
}

function Register-Computer($Settings) {
  $authority = Get-Authority $Settings.SERVER $Settings.ENROL_CODE
  $wish = @{
    code = $Settings.ENROL_CODE; hostname = $env:COMPUTERNAME; account = $Account
    os = [Environment]::OSVersion.VersionString; agent_version = 'report.ps1'
  }
  $answer = [WorkPulse]::Ask('POST', "$($Settings.SERVER)/api/v1/enrol", $authority, $null, (ConvertTo-Json $wish))
  if ($answer.Status -ne 201) { throw "The server did not take the code: $($answer.Text)" }
  $kept = New-Object PSObject -Property @{
    server = $Settings.SERVER; authority = [Convert]::ToBase64String($authority)
    token = Protect-Token (ConvertFrom-Json $answer.Text).token; notice = ''
  }
  Save-Credential $kept
  return $kept
}

function Send-Request($Kept, [string]$Method, [string]$Path, $Body) {
  $text = $null
  if ($Body -ne $null) { $text = ConvertTo-Json $Body }
  return [WorkPulse]::Ask($Method, $Kept.server + $Path, [Convert]::FromBase64String($Kept.authority), (Unprotect-Token $Kept.token), $text)
}

function Show-Notice($Kept, [string]$Language) {
  $answer = Send-Request $Kept 'GET' "/api/notice?language=$Language" $null
  if ($answer.Status -ne 200) { throw "The notice could not be fetched: $($answer.Text)" }
  $notice = ConvertFrom-Json $answer.Text
  $file = Join-Path $Folder "notice-$Language.txt"
  $notice.text | Set-Content -LiteralPath $file -Encoding UTF8
  Start-Process -FilePath notepad.exe -ArgumentList ('"' + $file + '"')
  return $notice
}

function Confirm-Notice($Kept) {
  # Asks until the notice in force is answered; returns whether anything may be sent.
  $known = Send-Request $Kept 'GET' '/api/notice' $null
  if ($known.Status -eq 200 -and (ConvertFrom-Json $known.Text).version -eq $Kept.notice) { return $true }
  if ($known.Status -ne 200) { return $Kept.notice -ne '' }
  Write-Host ''
  Write-Host 'Your office asks to know when you work at this PC. Please read what is recorded, why, how long, and who sees it.'
  Write-Host 'This script sends one thing of it: "working" or "stopped", with the time and your user name.'
  $language = ''
  while ('en', 'hi', 'bn' -notcontains $language) { $language = Read-Host 'Language: en, hi (Hindi) or bn (Bengali)' }
  $notice = Show-Notice $Kept $language
  $said = ''
  while ('r', 'a', 'n' -notcontains $said) { $said = Read-Host 'The notice is open in Notepad. r = I have read it, a = I have read it and agree, n = no' }
  if ($said -eq 'n') { return $false }
  $word = @{ r = 'acknowledged'; a = 'consented' }[$said]
  $answer = Send-Request $Kept 'POST' '/api/notice' @{ user = $Account; answer = $word; language = $language; version = $notice.version }
  if ($answer.Status -ne 201) { throw "Your answer was not taken: $($answer.Text)" }
  $Kept.notice = $notice.version
  Save-Credential $Kept
  return $true
}

function Revoke-Notice($Kept) {
  $answer = Send-Request $Kept 'POST' '/api/notice' @{ user = $Account; answer = 'withdrawn' }
  if ($answer.Status -ne 201) { throw "The server does not know yet that you withdrew: $($answer.Text)" }
  $Kept.notice = ''
  Save-Credential $Kept
  Write-Host 'You have withdrawn. Nothing is sent any more.'
}

function Get-State($Settings) {
  if ([WorkPulse]::IdleSeconds() -ge 60 * $Settings.IDLE_THRESHOLD_MINUTES) { return 'stopped' }
  return 'working'
}

function Add-Report($Waiting, [string]$State) {
  # What piles up while the server is away is kept in memory; of too much the oldest goes, and that is said.
  if ($Waiting.Count -ge $MostWaiting) {
    $Waiting.RemoveAt(0)
    Write-Warning 'The server was away for very long; the oldest report was dropped.'
  }
  $Waiting.Add(@{ user = $Account; state = $State; ts = (Get-Date).ToUniversalTime().ToString('o') })
}

function Send-ActivityReport($Kept, $Waiting) {
  # Returns whether to go on. What the server can never take is dropped and said; everything else is tried again later.
  while ($Waiting.Count -gt 0) {
    $answer = Send-Request $Kept 'POST' '/api/report' $Waiting[0]
    if ($answer.Status -eq 400) { Write-Warning "A report was refused: $($answer.Text)" }
    if ($answer.Status -eq 401 -or $answer.Status -eq 403) {
      Write-Warning "The server takes nothing from here: $($answer.Text)"
      return $false
    }
    if ($answer.Status -ne 201 -and $answer.Status -ne 400) { return $true }
    $Waiting.RemoveAt(0)
  }
  return $true
}

function Read-Key {
  try {
    if ([Console]::KeyAvailable) { return [Console]::ReadKey($true).KeyChar.ToString().ToLower() }
  } catch {
    return ''  # no console to press keys in
  }
  return ''
}

function Show-State([string]$Text) {
  $Host.UI.RawUI.WindowTitle = "WorkPulse: $Text"
  Write-Host ('{0:HH:mm}  {1}' -f (Get-Date), $Text)
}

function Start-Reporting($Settings, $Kept) {
  $waiting = New-Object System.Collections.ArrayList
  $last = ''; $next = [DateTime]::MinValue; $paused = $false; $going = $true
  Write-Host 'This window tells your office whether you work at this PC. p = pause or go on, w = withdraw, q = quit (or close it).'
  while ($going) {
    $state = 'stopped'
    if (-not $paused) { $state = Get-State $Settings }
    $repeat = $state -eq 'working' -and [DateTime]::UtcNow -ge $next
    if ($state -ne $last -or $repeat) {
      if ($state -ne $last) { Show-State $(if ($paused) { 'paused' } else { $state }) }
      [void](Add-Report $waiting $state)
      $last = $state; $next = [DateTime]::UtcNow.AddMinutes($Settings.REPORT_INTERVAL_MINUTES)
    }
    $going = Send-ActivityReport $Kept $waiting
    $until = [DateTime]::UtcNow.AddSeconds($Settings.POLL_INTERVAL_SECONDS)
    while ($going -and [DateTime]::UtcNow -lt $until) {
      $key = Read-Key
      if ($key -eq 'p') { $paused = -not $paused; break }
      if ($key -eq 'w') { Revoke-Notice $Kept; return }
      if ($key -eq 'q') { $going = $false }
      Start-Sleep -Milliseconds 500
    }
  }
  if ($last -eq 'working') { [void](Add-Report $waiting 'stopped'); [void](Send-ActivityReport $Kept $waiting) }
}

$mine = New-Object System.Threading.Mutex -ArgumentList $false, 'Local\WorkPulseReport'
if (-not $mine.WaitOne(0)) { Write-Host 'It is running already.'; exit 0 }
try {
  $settings = Read-Configuration
  $kept = Read-Credential
  if ($Withdraw) {
    if ($kept) { Revoke-Notice $kept }
    exit 0
  }
  if (-not $kept -or $kept.server -ne $settings.SERVER) { $kept = Register-Computer $settings }
  if (Confirm-Notice $kept) { Start-Reporting $settings $kept } else { Write-Host 'Nothing is sent.' }
} catch {
  Write-Warning $_.Exception.Message
  [void](Read-Host 'Nothing is sent. Enter closes this window')
  exit 1
} finally {
  $mine.ReleaseMutex()
}
